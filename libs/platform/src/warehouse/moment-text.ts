/** Milliseconds since 1970 as a row says them in UTC: ClickHouse reads a bare number as seconds or milliseconds depending on its length. */
export function momentText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}
