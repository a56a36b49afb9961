import { closeSync, fstatSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

const standardInput = 0;

/**
 * Gives the process an empty standard input, once and for all. The engine takes what stands there for more rows of whatever is inserted, and
 * with asynchronous inserts refuses them all; it leaves terminals alone. Throws where a file was opened by somebody else at the same moment.
 */
export function emptyInput(): void {
  if (fstatSync(standardInput).isCharacterDevice()) return;
  closeSync(standardInput);
  // The lowest free number is given.
  if (openSync(devNull, 'r') !== standardInput) throw new Error('the standard input could not be emptied: start with < /dev/null');
}
