import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A folder of the repository that is not compiled, found from the source tree and from `dist` alike: the nearest parent
 * that has it wins. Undefined where no parent does.
 */
export function repositoryFolder(path: string): string | undefined {
  let parent = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(parent, path))) {
    if (parent === dirname(parent)) return undefined;
    parent = dirname(parent);
  }
  return join(parent, path);
}
