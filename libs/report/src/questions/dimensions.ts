/** Dimensions kept in the rollups: answered for any window. */
export const rollupDimensions = ['app', 'env', 'route', 'tool', 'agent'] as const;
/** Dimensions that only raw events have. */
export const rawDimensions = [
  'device',
  'browser',
  'browser_version',
  'os',
  'country',
  'release',
  'connection',
  'nav_type',
  'rating',
] as const;
export const dimensions = [...rollupDimensions, ...rawDimensions] as const;
export type Dimension = (typeof dimensions)[number];

/** Several values of one dimension mean any of them. */
export type Filters = Readonly<Partial<Record<Dimension, readonly string[]>>>;

export const agentValues = ['browser', 'headless', 'bot'] as const;
export const ratingValues = ['unknown', 'good', 'needs-improvement', 'poor'] as const;

/** Column expressions: the only identifiers that reach the SQL text from a parameter, and only through this table. */
export const dimensionColumns: Record<Dimension, string> = {
  app: 'app',
  env: 'env',
  route: 'route',
  tool: 'tool',
  agent: 'toString(agent)',
  device: 'device',
  browser: 'browser',
  browser_version: 'browser_version',
  os: 'os',
  country: 'country',
  release: 'release',
  connection: 'connection',
  nav_type: 'nav_type',
  rating: 'toString(rating)',
};

/** The first dimension asked for that rollups lack. */
export function firstRawDimension(filters: Filters, by?: Dimension): Dimension | null {
  const asked = new Set([...(by ? [by] : []), ...dimensions.filter((dimension) => filters[dimension] !== undefined)]);
  return rawDimensions.find((dimension) => asked.has(dimension)) ?? null;
}
