import { momentText } from '#platform';

/** Rows as the warehouse takes them: names with underscores, moments (milliseconds under a name that ends with `At`) as text. */
export function rowLines(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(columnsOf(row))}\n`).join(''));
}

function columnsOf(row: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [columnOf(name), name.endsWith('At') && value !== null ? momentText(value) : value]),
  );
}

export const columnOf = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
