import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's folder, from the source as from what is built of it. */
export const repository = upTo(import.meta.dirname);
export const nativeFolder = join(repository, 'infra/native');

function upTo(dir: string): string {
  if (existsSync(join(dir, 'package-lock.json'))) return dir;
  if (dir === dirname(dir)) throw new Error('this runs inside the project only');
  return upTo(dirname(dir));
}
