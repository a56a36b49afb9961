import { randomUUID } from 'node:crypto';
import { EngineError } from '../engine/engine.ts';
import type { Role } from './caller.ts';

/** Failures of the house, not of the question: files, disk, internal errors. People get an id instead of the detail. */
const internalCodes = new Set([0, 40, 49, 74, 75, 76, 107, 173, 243, 246, 400, 504, 1000, 1001, 1002]);

const badRequest = [6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675, 676];
const notFound = [46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511];

/** By ClickHouse's own table of codes and statuses; where it says 500 to everything else, so does this. */
const statuses = new Map<number, number>([
  ...badRequest.map((code) => [code, 400] as const),
  ...notFound.map((code) => [code, 404] as const),
  ...[192, 193, 497, 512, 516].map((code) => [code, 403] as const),
  [194, 401],
  [159, 408],
  [229, 413],
  [381, 411],
  [48, 501],
  [209, 503],
  [76, 503],
  [439, 503],
  [779, 415],
  // A server says 500; 429 is what clients know to come back after.
  [202, 429],
]);

export function httpStatus(code: number): number {
  return statuses.get(code) ?? 500;
}

/** What may be told of a failure: the engine's words about the question, or an id under which the log has the rest. */
export function tellable(error: unknown, role: Role, report: (error: unknown, id: string) => void): EngineError {
  const internal = !(error instanceof EngineError) || internalCodes.has(error.code);
  if (!internal) return error;
  const id = randomUUID();
  report(error, id);
  if (role === 'writer' && error instanceof EngineError) return error;
  const { code, codeName } = error instanceof EngineError && error.code !== 0 ? error : { code: 1001, codeName: 'STD_EXCEPTION' };
  return new EngineError(`Something went wrong here; the log has it under ${id}`, code, codeName);
}

/** One line as a server writes it, which is what clients take apart. */
export function exceptionText(error: EngineError, version: string): string {
  return `Code: ${error.code}. DB::Exception: ${error.message.replace(/\.?\s*$/, '.')} (${error.codeName}) (version ${version})\n`;
}

/**
 * The block a server ends a broken stream with since 25.11; the length counts the line break behind the message. The tag was
 * told in a header, so that data cannot be taken for it.
 */
export function exceptionBlock(text: string, tag: string): string {
  const length = Buffer.byteLength(text);
  return `\r\n__exception__\r\n${tag}\r\n${text}${length} ${tag}\r\n__exception__\r\n`;
}
