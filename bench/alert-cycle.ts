// npm run bench:alert-cycle -- [RULES]: one cycle of the alerting service over 1,000 rules with 20 label sets each, on the embedded engine.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import { EmbeddedAlertState, EmbeddedWarehouse, migrate, openChdbEngine, SystemClock, type Warehouse } from '#platform';
import type { RuleBook } from '../libs/alert/src/rules/rule-book.ts';
import { memoryOf } from './process-usage.ts';
import { median, printTable } from './report.ts';

/** As built: what has decorators is not run from its source. */
const built = (path: string) => import(new URL(`../dist/libs/alert/src/${path}`, import.meta.url).href);
const { RuleWatch }: typeof import('../libs/alert/src/evaluation/rule-watch.ts') = await built('evaluation/rule-watch.js');
const { sharedQuestions }: typeof import('../libs/alert/src/evaluation/shared-questions.ts') =
  await built('evaluation/shared-questions.js');
const { tellingOf }: typeof import('../libs/alert/src/incidents/telling.ts') = await built('incidents/telling.js');
const { ruleBookOf }: typeof import('../libs/alert/src/rules/rule-book.ts') = await built('rules/rule-book.js');

const ruleCount = Number(process.argv[2] ?? 1_000);
const minuteMs = 60_000;
const cycles = 4;
const metrics = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB', 'mcp-tool-execution', 'mcp-tool-error', 'widget-render-time', 'api-response-time'];
const rare = ['api-error', 'js-error', 'long-task'];
const rates = ['mcp_tool_error_rate', 'api_error_rate', 'widget_error_rate'];
const [apps, environments, routes, tools] = [4, 2, 4, 5];
const series = apps * environments * routes * tools;

/** 20 label sets: 4 routes, 5 tools. A dozen events a minute of each series, around 1 s. */
async function seed(warehouse: Warehouse, end: number): Promise<void> {
  const last = end / minuteMs;
  const minutes = `arrayConcat(range(toUInt32(${last - 90}), toUInt32(${last + 12})), range(toUInt32(${last - 3 * 1_440}), toUInt32(${last - 90}), 30))`;
  for (const metric of [...metrics, ...rare])
    await warehouse.run(`INSERT INTO rum_1m (tenant, app, metric, env, route, tool, agent, weight, t, n, s, mn, mx, good, poor, unrated, bytes, q)
      SELECT 'default', concat('app', toString(cell % ${apps})), '${metric}', ['production', 'staging'][1 + intDiv(cell, ${apps}) % ${environments}],
        concat('/r', toString(intDiv(cell, ${apps * environments}) % ${routes})), concat('tool', toString(intDiv(cell, ${apps * environments * routes}))),
        'browser', 1, toDateTime(minute * 60, 'UTC'), ${rare.includes(metric) ? 1 : 12}, 12000, 100, 3000, ${rare.includes(metric) ? 1 : 12}, 0, 0, 0,
        quantilesDDState(0.01, 0.5, 0.75, 0.95, 0.99)((200 + cityHash64(cell, minute, event) % 1800) * 1e6)
      FROM (SELECT number % ${series} AS cell, intDiv(number, ${series}) % 12 AS event, arrayJoin(${minutes}) AS minute FROM numbers(${series * 12}))
      GROUP BY cell, minute SETTINGS max_threads = 2`);
}

/** Fifteen filters, two windows, thresholds of all sorts; every tenth is broken where something is to be. */
function rulesOf(broken: boolean): AlertRuleConfig[] {
  return Array.from({ length: ruleCount }, (_, i) => {
    const metric = metrics[i % metrics.length]!;
    const filter = Math.floor(i / metrics.length) % 15;
    const scope = {
      ...(filter % 3 > 0 && { environment: ['production', 'staging'][(filter % 3) - 1] }),
      ...(filter >= 3 && { app: `app${Math.floor(filter / 3) - 1}` }),
    };
    const shared = { id: `rule-${i}`, ...scope, groupBy: ['route', 'tool'] };
    const kind = i % 20;
    if (kind === 3)
      return { ...shared, kind: 'burn_rate', metric: rates[i % 3], slo: '99%', pairs: [pair(3_600, 300), pair(259_200, 21_600)] };
    if (kind === 7) return { ...shared, kind: 'absence', metric };
    const windowS = i % 2 === 0 ? 300 : 600;
    if (kind % 5 === 1) return { ...shared, metric: `${metric}_p75`, windowS, condition: 'increasing', changePercent: 500 };
    const threshold = broken && i % 10 === 0 ? 100 : 5_000 + i;
    return { ...shared, metric: `${metric}_p${[50, 75, 95][i % 3]}`, windowS, condition: 'above', threshold, minSamples: 10 };
  }).map((rule) => alertRuleSchema.parse(rule));
}

const pair = (longS: number, shortS: number) => ({ longS, shortS, factor: 60, severity: 'warning' });

interface Cycle {
  readonly seconds: number;
  readonly cpu: number;
  readonly peak: number;
  readonly open: number;
}

const telling = tellingOf({ routes: [], muteTimings: [], inhibitions: [], types: new Map([['log', 'log']]) });

async function measure(warehouse: Warehouse, book: RuleBook, begin: number): Promise<Cycle[]> {
  const state = new EmbeddedAlertState(warehouse, new SystemClock());
  const watch = new RuleWatch({ warehouse, state, log: pino({ level: 'warn' }), rules: { current: async () => book }, telling });
  const measured: Cycle[] = [];
  for (let cycle = 0; cycle < cycles; cycle++) {
    const evalEnd = begin + cycle * minuteMs;
    let peak = 0;
    const sampling = setInterval(() => {
      peak = Math.max(peak, memoryOf(process.pid).now);
    }, 10);
    const [since, cpu] = [performance.now(), process.cpuUsage()];
    const failed = await watch.judge(evalEnd, evalEnd + 15_000, AbortSignal.timeout(600_000));
    const used = process.cpuUsage(cpu);
    clearInterval(sampling);
    if (failed.length > 0) throw new Error(`${failed.length} rules could not be judged`);
    const open = (await state.list('incident')).length;
    process.stderr.write(
      `cycle ${cycle}: ${((performance.now() - since) / 1_000).toFixed(1)} s, ${(used.user + used.system) / 1e6} s CPU, ${open} open\n`,
    );
    measured.push({
      seconds: (performance.now() - since) / 1_000,
      cpu: (used.user + used.system) / 1e6,
      peak: Math.max(peak, memoryOf(process.pid).now),
      open,
    });
  }
  return measured;
}

const dir = await mkdtemp(join(tmpdir(), 'beaconhouse-alert-cycle-'));
const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir: dir, clock: new SystemClock() }));
try {
  await migrate(warehouse, { rawDays: 30, minuteDays: 90, hourDays: 400 });
  const begin = Math.floor(Date.now() / minuteMs) * minuteMs;
  await seed(warehouse, begin);
  await warehouse.run('OPTIMIZE TABLE rum_1m FINAL');
  await warehouse.run('SYSTEM DROP MARK CACHE');
  const rest = memoryOf(process.pid).now;
  const rows = [];
  for (const broken of [false, true]) {
    await warehouse.run('TRUNCATE TABLE alert_journal');
    const book = ruleBookOf(rulesOf(broken), ['default']);
    const questions = sharedQuestions(book.watched.map((one) => ({ ...one, moments: [0] })));
    const measured = await measure(warehouse, book, begin);
    const row = (what: string, of: readonly Cycle[]) => ({
      cycle: what,
      rules: book.watched.length,
      questions: questions.length,
      seconds: median(of.map(({ seconds }) => seconds)).toFixed(2),
      'CPU seconds': median(of.map(({ cpu }) => cpu)).toFixed(2),
      'MiB above rest': Math.max(...of.map(({ peak }) => peak)) - rest,
      'open incidents': Math.max(...of.map(({ open }) => open)),
    });
    if (!broken) rows.push(row('the first', measured.slice(0, 1)), row('nothing broken, median of 3', measured.slice(1)));
    else rows.push(row('a tenth begins to fire', measured.slice(1, 2)), row('a tenth is firing, median of 2', measured.slice(2)));
  }
  printTable('One cycle of the alerting service', rows);
  process.stdout.write(`memory of the process at rest, engine included: ${rest} MiB\n`);
} finally {
  await warehouse.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}
