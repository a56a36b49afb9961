interface Total {
  readonly counted: number;
  readonly sum: number;
}

export interface RollupComparison {
  /** Counted rows and their values, in raw and in the rollups. */
  readonly raw: Total;
  readonly minute: Total;
  readonly hour: Total;
  /** Groups of metric, route, tool and minute or hour whose count, sum, least or most is not that of their rows. */
  readonly rollupsApart: number;
  /** Keys of quantile groups in which raw and rollup differ. */
  readonly quantilesApart: number;
}

interface Asked {
  ask<Row>(sql: string): Promise<Row[]>;
}

/** Sums of the same numbers in another order. */
const summing = 1e-9;

const minutesOfRaw = `SELECT metric, route, tool, toStartOfMinute(ts) AS t, count() AS n, sum(value) AS s, min(value) AS mn, max(value) AS mx
  FROM rum_events WHERE counted = 1 GROUP BY metric, route, tool, t`;
const hoursOfRaw = minutesOfRaw.replace('toStartOfMinute', 'toStartOfHour');
const groupsOf = (table: 'rum_1m' | 'rum_1h') =>
  `SELECT metric, route, tool, t, sum(n) AS n, sum(s) AS s, min(mn) AS mn, max(mx) AS mx FROM ${table} GROUP BY metric, route, tool, t`;

/** Rollups against the rows they were made of. */
export async function rollupsApart(house: Asked): Promise<RollupComparison> {
  const minutes = await groupsApart(house, minutesOfRaw, groupsOf('rum_1m'));
  const hours = await groupsApart(house, hoursOfRaw, groupsOf('rum_1h'));
  return {
    raw: await total(house, 'SELECT sum(counted) AS n, sumIf(value, counted = 1) AS s FROM rum_events'),
    minute: await total(house, 'SELECT sum(n) AS n, sum(s) AS s FROM rum_1m'),
    hour: await total(house, 'SELECT sum(n) AS n, sum(s) AS s FROM rum_1h'),
    rollupsApart: minutes + hours,
    quantilesApart: await quantilesApart(house),
  };
}

async function total(house: Asked, sql: string): Promise<Total> {
  const [row] = await house.ask<{ n: string; s: number }>(sql);
  return { counted: Number(row!.n), sum: row!.s };
}

/** Groups that stand on one side only, or differ. */
async function groupsApart(house: Asked, raw: string, rollup: string): Promise<number> {
  const [row] = await house.ask<{ apart: string }>(`
    SELECT count() AS apart FROM (
      SELECT countIf(side = 1) AS raws, countIf(side = 2) AS rollups, sumIf(n, side = 1) AS rawN, sumIf(n, side = 2) AS rollupN,
        sumIf(s, side = 1) AS rawS, sumIf(s, side = 2) AS rollupS, uniqExact(mn) AS leasts, uniqExact(mx) AS mosts
      FROM (SELECT 1 AS side, * FROM (${raw}) UNION ALL SELECT 2 AS side, * FROM (${rollup}))
      GROUP BY metric, route, tool, t
      HAVING raws != 1 OR rollups != 1 OR rawN != rollupN OR abs(rawS - rollupS) > abs(rawS) * ${summing} OR leasts != 1 OR mosts != 1)`);
  return Number(row!.apart);
}

/** Sketches merge without an order: raw, minutes and hours must give the same percentiles to the last bit. */
async function quantilesApart(house: Asked): Promise<number> {
  const sketch = 'quantilesDD(0.01, 0.5, 0.75, 0.95, 0.99)';
  const merge = 'quantilesDDMerge(0.01, 0.5, 0.75, 0.95, 0.99)';
  const [row] = await house.ask<{ apart: string }>(`
    SELECT countIf(r.q != m.q OR r.q != h.q) AS apart
    FROM (SELECT metric, route, ${sketch}(value * 1e6) AS q FROM rum_events WHERE counted = 1 GROUP BY metric, route) AS r
    LEFT JOIN (SELECT metric, route, ${merge}(q) AS q FROM rum_1m GROUP BY metric, route) AS m USING (metric, route)
    LEFT JOIN (SELECT metric, route, ${merge}(q) AS q FROM rum_1h GROUP BY metric, route) AS h USING (metric, route)`);
  return Number(row!.apart);
}
