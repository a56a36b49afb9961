import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** In the order of Lighthouse CI, the first that is there. */
const names = ['cjs', 'js', 'json', 'yml', 'yaml'].flatMap((extension) => [`.lighthouserc.${extension}`, `lighthouserc.${extension}`]);

/** The path of the configuration in a folder; undefined where there is none. */
export async function findLighthouserc(folder: string): Promise<string | undefined> {
  for (const name of names) {
    const path = join(folder, name);
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}
