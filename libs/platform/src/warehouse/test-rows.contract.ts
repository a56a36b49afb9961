/** Fields of a row of `rum_events` that a test may set; the rest is the same everywhere. */
export interface TestRow {
  readonly tenant: string;
  readonly metric?: string;
  readonly route?: string;
  /** Milliseconds since 1970. */
  readonly ts?: number;
  readonly value?: number;
  readonly rating?: string;
  readonly counted?: 0 | 1;
  readonly weight?: number;
  readonly response_bytes?: number;
  readonly src_partition?: number;
  readonly src_offset?: number;
  readonly src_index?: number;
  readonly [column: string]: unknown;
}

/** 2026-11-22 12:00 UTC. */
export const noon = Date.UTC(2026, 10, 22, 12);

export function rumLines(rows: readonly TestRow[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify({ ...everyday, ...row })}\n`).join(''));
}

/** `count` rows that differ in metric, route, minute, value and rating, ten to an offset; the same for the same arguments. */
export function variedRows(count: number, fixed: TestRow & { readonly spanMs?: number }): TestRow[] {
  const { spanMs = 3 * 3_600_000, src_offset: first = 0, ts = noon, ...same } = fixed;
  return Array.from({ length: count }, (_, index) => {
    const value = Math.round(Math.exp(4 + ((index * 7919) % 1000) / 250) * 10) / 10;
    return {
      ...same,
      metric: ['LCP', 'INP', 'mcp-tool-execution'][index % 3]!,
      route: `/view/${index % 4}`,
      ts: ts + ((index * 104_729) % spanMs),
      value,
      rating: value < 300 ? 'good' : value < 1000 ? 'needs-improvement' : value < 2000 ? 'poor' : 'unknown',
      counted: index % 10 === 9 ? 0 : 1,
      response_bytes: index % 3 === 2 ? index : 0,
      src_offset: first + Math.floor(index / 10),
      src_index: index % 10,
    };
  });
}

const everyday = {
  app: 'shop',
  env: 'production',
  metric: 'LCP',
  ts: noon,
  received_at: noon + 900,
  value: 1200.5,
  rating: 'good',
  counted: 1,
  route: '/cart',
  tool: 'unknown',
  release: '1.4.0',
  country: 'DE',
  device: 'mobile',
  browser: 'Chrome',
  browser_version: '141',
  os: 'Android',
  agent: 'browser',
  connection: '4g',
  nav_type: 'navigate',
  session_id: '18446744073709551615',
  user_hash: '0',
  trace_id: '0123456789abcdef0123456789abcdef',
  weight: 1,
  response_bytes: 0,
  attrs: { lcp_element: '#hero' },
  src_partition: 0,
  src_offset: 0,
  src_index: 0,
};

/** Block `number` of a test that inserts blocks one after another: 100 rows, every third block over three days. */
export function numberedBlock(number: number) {
  const first = number * 10;
  const spanMs = number % 3 === 2 ? 2 * 86_400_000 : 60_000;
  const rows = rumLines(variedRows(100, { tenant: 'numbered', src_offset: first, ts: noon + number * 1000, spanMs }));
  return { table: 'rum_events', token: `rum:0:${first}-${first + 9}`, partition: 0, first, last: first + 9, rows };
}
