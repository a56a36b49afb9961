// npm run bench:backtest -- [SETS] [FOLDER] [RUNS]: what a rule would have done in 30 days, judged every minute, and what of it the time goes to. The
// minutes are kept in the folder, where one is named, and taken from there by the next run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import type { Warehouse } from '#platform';
import { median, printTable } from './report.ts';

const built = (path: string) => import(new URL(`../dist/libs/${path}`, import.meta.url).href);
const { backtest }: typeof import('../libs/alert/src/backtest/backtest.ts') = await built('alert/src/backtest/backtest.js');
const { ruleOf }: typeof import('../libs/alert/src/rules/rule-of.ts') = await built('alert/src/rules/rule-of.js');
const { EmbeddedWarehouse, migrate, openChdbEngine, SystemClock }: typeof import('#platform') = await built('platform/src/index.js');

const sets = Number(process.argv[2] ?? 20);
const folder = process.argv[3];
const days = 30;
const minutes = days * 1_440;
const calls = 30;
const runs = Number(process.argv[4] ?? 5);
const goalSeconds = 3;

const rules: readonly (readonly [string, object])[] = [
  ['p95 above 2.5 s over 5 min', { metric: 'mcp_tool_duration_p95', condition: 'above', threshold: '2.5 s' }],
  ['the same over 1 h', { metric: 'mcp_tool_duration_p95', condition: 'above', threshold: '2.5 s', windowS: 3_600 }],
  ['p95 increasing by 20 % in 5 min', { metric: 'mcp_tool_duration_p95', condition: 'increasing' }],
  ['calls below 100 in 5 min', { metric: 'mcp_tool_duration_count', condition: 'below', threshold: 100 }],
];

/** Log-normal around 400 ms, near enough; four of the sets are eight times slower for 25 minutes every third day. */
async function fill(warehouse: Warehouse, last: number): Promise<void> {
  const random = (salt: number) => `cityHash64(minute, number, ${salt}) % 1000`;
  const normal = `((${[1, 2, 3, 4].map(random).join(' + ')}) / 1000. - 2) / 0.577`;
  const each = 3;
  for (let day = 0; day < days; day += each) {
    const first = last - minutes + day * 1_440;
    await warehouse.run(`INSERT INTO rum_1m (tenant, app, metric, env, route, tool, agent, weight, t, n, s, mn, mx, good, poor, unrated, bytes, q)
      SELECT 'shop', 'shop', 'mcp-tool-execution', 'production', 'r', concat('tool-', toString(place)), 'browser', 1,
        toDateTime(minute * 60, 'UTC'), count(), sum(v), min(v), max(v), 0, 0, 0, 0, quantilesDDState(0.01, 0.5, 0.75, 0.95, 0.99)(v * 1e6)
      FROM (SELECT intDiv(number, ${calls}) % ${sets} AS place, ${first} + intDiv(number, ${calls * sets}) AS minute,
          exp(log(400) + 0.6 * ${normal}) * if(place < 4 AND (minute + place * 97) % 4321 < 25, 8, 1) AS v
        FROM numbers(${each * 1_440 * calls * sets}))
      GROUP BY place, minute SETTINGS max_partitions_per_insert_block = 100`);
    process.stderr.write(`\r${Math.round((100 * (day + each)) / days)} % filled `);
  }
  process.stderr.write('\n');
}

async function lastMinute(warehouse: Warehouse): Promise<number> {
  const known = async () => {
    const [row] = await warehouse.ask<{ last: number }>({ sql: 'SELECT toUInt32(toUnixTimestamp(max(t)) / 60) AS last FROM rum_1m' });
    return row!.last;
  };
  if ((await known()) === 0) await fill(warehouse, Math.floor(Date.now() / 60_000));
  return known();
}

interface Run {
  readonly seconds: number;
  readonly cpu: number;
  readonly incidents: number;
  readonly judgements: number;
}

async function run(warehouse: Warehouse, given: object, to: number): Promise<Run> {
  const config = alertRuleSchema.parse({ id: 'r', groupBy: ['tool'], severity: 'critical', ...given }) as AlertRuleConfig;
  const rule = ruleOf(config) as import('../libs/alert/src/rules/rule.ts').MeasuredRule;
  const [since, cpu] = [performance.now(), process.cpuUsage()];
  const report = await backtest({ warehouse }, { rule, project: 'shop', from: to - (minutes - 1) * 60_000, to });
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - since) / 1_000;
  return { seconds, cpu: (used.user + used.system) / 1e6, incidents: report.incidents.length, judgements: report.judgements };
}

const dir = folder ?? (await mkdtemp(join(tmpdir(), 'beaconhouse-backtest-')));
const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir: dir, clock: new SystemClock() }));
try {
  await migrate(warehouse, { rawDays: 30, minuteDays: 90, hourDays: 400 });
  const to = (await lastMinute(warehouse)) * 60_000 + 60_000;
  const rows = [];
  for (const [name, given] of rules) {
    const measured: Run[] = [];
    for (let time = 0; time < runs; time++) measured.push(await run(warehouse, given, to));
    const seconds = measured.map((one) => one.seconds);
    rows.push({
      ...{ rule: name, judgements: measured[0]!.judgements, incidents: measured[0]!.incidents },
      ...{ 'seconds, median': median(seconds).toFixed(2), 'the fastest': Math.min(...seconds).toFixed(2) },
      ...{
        'CPU seconds': median(measured.map((one) => one.cpu)).toFixed(2),
        [`< ${goalSeconds} s`]: median(seconds) < goalSeconds ? 'held' : 'missed',
      },
    });
    process.stderr.write(`${name}: ${measured.map((one) => `${one.seconds.toFixed(2)} s (CPU ${one.cpu.toFixed(2)} s)`).join(', ')}\n`);
  }
  printTable(`A backtest of ${days} days at 60 s, ${sets} sets of labels with ${calls} events a minute each, ${runs} runs`, rows);
  process.stdout.write(`largest memory of the process, engine included: ${Math.round(process.resourceUsage().maxRSS / 1_000)} MB\n`);
} finally {
  await warehouse.close();
  if (folder === undefined) await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}
