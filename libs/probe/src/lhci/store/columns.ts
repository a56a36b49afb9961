import { columnOf } from './row-lines.ts';

/** What is read of a table: under our names, moments as milliseconds since 1970. */
export function columns(...names: readonly string[]): string {
  return [...names, 'version'].map((name) => `${readingOf(name)} AS ${name}`).join(', ');
}

/** Milliseconds and versions are far below 2^53: read as floats they arrive as numbers. */
function readingOf(name: string): string {
  if (name === 'version') return 'toFloat64(t.version)';
  const column = `t.${columnOf(name)}`;
  return name.endsWith('At') ? `toFloat64(toUnixTimestamp64Milli(${column}))` : column;
}
