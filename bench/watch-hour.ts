// npm run bench:watch-hour -- [SERIES] [FOLDER]: how long the hourly search for regressions takes over 2,000 series, with 14 days of 100 million
// events' rollups behind it. They are kept in the folder, where one is named, and taken from there by the next run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Warehouse } from '#platform';
import { median, printTable } from './report.ts';

/** As built: the threads that judge load files, too. */
const built = (path: string) => import(new URL(`../dist/libs/${path}`, import.meta.url).href);
const { RegressionHours }: typeof import('../libs/detect/src/regressions/regression-hours.ts') = await built(
  'detect/src/regressions/regression-hours.js',
);
const { EmbeddedWarehouse, migrate, openChdbEngine, SystemClock }: typeof import('#platform') = await built('platform/src/index.js');

const series = Number(process.argv[2] ?? 2_000);
const folder = process.argv[3];
const events = 100_000_000;
const hours = 15 * 24 + 2;
const metrics = ['LCP', 'INP', 'FCP', 'TTFB', 'CLS', 'FID', 'mcp-tool-execution', 'widget-render'];
const runs = 5;

interface Grain {
  readonly table: string;
  /** Columns of a stratum, and its values from a number `stratum`. */
  readonly columns: string;
  readonly values: string;
  readonly strata: number;
}

const routes = Math.max(1, Math.round(series / metrics.length) - 1);
const devices = `['mobile', 'desktop', 'tablet']`;
const grains: readonly Grain[] = [
  {
    ...{ table: 'rum_shape_client_1h', columns: 'device, country', strata: 36 },
    values: `${devices}[1 + stratum % 3], ['US', 'IN', 'DE', 'BR', 'GB', 'FR', 'JP', 'MX', 'ID', 'CA', 'ES', 'IT'][1 + intDiv(stratum, 3)]`,
  },
  {
    ...{ table: 'rum_shape_place_1h', columns: 'device, route, tool', strata: 3 * routes },
    values: `${devices}[1 + stratum % 3], concat('/route/', toString(intDiv(stratum, 3))), 'unknown'`,
  },
];

/** Log-normal, near enough: around bin 290, which is 1.4 s. */
const bin = `toUInt16(270 + 10 * ((cityHash64(number, 1) % 1000 + cityHash64(number, 2) % 1000 + cityHash64(number, 3) % 1000 + cityHash64(number, 4) % 1000) / 1000.))`;

async function fill(warehouse: Warehouse, { table, columns, values, strata }: Grain, last: number): Promise<void> {
  const cells = strata * metrics.length;
  const each = Math.round(events / (14 * 24 * cells));
  const at = 24;
  for (let hour = 0; hour < hours; hour += at) {
    const count = Math.min(at, hours - hour);
    await warehouse.run(`INSERT INTO ${table} (tenant, app, env, agent, metric, ${columns}, t, n, w2, shape)
      SELECT 'shop', 'shop', 'production', 'browser', ['${metrics.join(`', '`)}'][1 + metric], ${values},
        toDateTime((${last - hours + 1 + hour} + h) * 3600, 'UTC'), ${each}, ${each}, sumMap([${bin}], [toFloat64(1)])
      FROM (SELECT number, intDiv(number, ${each}) % ${metrics.length} AS metric, intDiv(number, ${each * metrics.length}) % ${strata} AS stratum,
        intDiv(number, ${each * cells}) AS h FROM numbers(${count * each * cells}))
      GROUP BY metric, stratum, h SETTINGS max_partitions_per_insert_block = 1000`);
    process.stderr.write(`\r${table}: ${Math.round((100 * (hour + count)) / hours)} % `);
  }
  process.stderr.write('\n');
}

/** The last hour that is known; null where nothing is. */
async function lastKnown(): Promise<number | null> {
  const [row] = await warehouse.ask<{ hour: number }>({
    sql: `SELECT toUInt32(intDiv(toUnixTimestamp(max(t)), 3600)) AS hour FROM ${grains[1]!.table}`,
  });
  return row!.hour || null;
}

async function filled(): Promise<number> {
  const last = Math.floor(Date.now() / 3_600_000) - 1;
  for (const grain of grains) await fill(warehouse, grain, last);
  return last;
}

/** Says how far it is. */
function open() {
  return new RegressionHours(warehouse, (done, of) => process.stderr.write(`\r${done} of ${of} series `));
}

const dir = folder ?? (await mkdtemp(join(tmpdir(), 'beaconhouse-watch-hour-')));
const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir: dir, clock: new SystemClock() }));
try {
  await migrate(warehouse, { rawDays: 30, minuteDays: 90, hourDays: 400 });
  const last = (await lastKnown()) ?? (await filled());
  await warehouse.run('TRUNCATE TABLE series_watch');
  const rows = await warehouse.ask<{ table: string; cells: string; events: string }>({
    sql: grains.map(({ table }) => `SELECT '${table}' AS table, count() AS cells, sum(n) AS events FROM ${table}`).join(' UNION ALL '),
  });
  printTable('What stands behind the hour', rows);
  let watch = open();
  const measured: { series: number; found: number; seconds: number; cpu: number }[] = [];
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 100);
  for (let hour = last - runs - 1; hour <= last; hour++) {
    if (hour === last) {
      await watch.close();
      watch = open();
    }
    const [since, cpu] = [performance.now(), process.cpuUsage()];
    const { series, found } = await watch.judge('shop', hour);
    const used = process.cpuUsage(cpu);
    const seconds = (performance.now() - since) / 1000;
    measured.push({ series, found: found.length, seconds, cpu: (used.user + used.system) / 1e6 });
  }
  clearInterval(sampling);
  process.stderr.write('\n');
  await watch.close();
  const [first, steady, restarted] = [measured.slice(0, 1), measured.slice(1, -1), measured.slice(-1)];
  const row = (hour: string, of: typeof measured) => ({
    hour,
    series: of[0]!.series,
    found: of.reduce((sum, { found }) => sum + found, 0),
    seconds: median(of.map(({ seconds }) => seconds)).toFixed(1),
    'CPU seconds': median(of.map(({ cpu }) => cpu)).toFixed(1),
  });
  printTable('The search for regressions', [
    row('the first ever', first),
    row(`median of ${runs} after it`, steady),
    row('the first after a restart', restarted),
  ]);
  process.stdout.write(`largest memory of the process, engine included: ${Math.round(peak / 1e6)} MB\n`);
} finally {
  await warehouse.close();
  if (folder === undefined) await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}
