import { EngineError } from './engine.ts';

const code = /Code: (\d+)\. /;
const codeName = /\(([A-Z][A-Z0-9_]+)\)\s*$/;
const prefix = /^(?:Query failed: |Code: \d+\. |DB::Exception: )+/;
const trailer = /(?:\s*\(version [^)]*\)\.?|\s*\([A-Z][A-Z0-9_]+\)|\s*: While executing \w+\.?)+\s*$/;

/** The engine's failure as ClickHouse's code, its name and a message without wrapping. */
export function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const number = Number(code.exec(text)?.[1] ?? 0);
  const name = codeName.exec(text)?.[1] ?? 'UNKNOWN';
  return new EngineError(text.trim().replace(prefix, '').replace(trailer, ''), number, name, { cause: error });
}
