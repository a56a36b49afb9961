// npm run bench:alert-latency -- [embedded|cluster] [RUNS]: from the first slow tool call to the page that PagerDuty took, and from the last one to its end.
// In real time, seven to eight minutes.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingPagerduty } from '../libs/alert/src/channels/pagerduty/recording-pagerduty.contract.ts';
import { ClusterHouse } from '../test/e2e/cluster-house.ts';
import { StandaloneProcess } from '../test/e2e/standalone-process.ts';
import { percentile, printTable } from './report.ts';

type House = StandaloneProcess | ClusterHouse;

const [mode = 'embedded', runCount = '20'] = process.argv.slice(2);
const count = Number(runCount);
if (!['embedded', 'cluster'].includes(mode) || !Number.isInteger(count) || count < 1) {
  process.stderr.write('usage: npm run bench:alert-latency -- [embedded|cluster] [RUNS]\n');
  process.exit(2);
}

const goal = { pageS: 90, acceptedS: 5 };
const routingKey = 'e'.repeat(32);
const config = `
rules:
  - { id: slow-tools, name: Slow tool calls, metric: mcp_tool_duration_p95, condition: above, threshold: 2.5 s, windowS: 60, intervalS: 60,
      triggerAfter: 1, resolveAfter: 2, keepFiringForS: 0, severity: critical, groupBy: [tool], channels: [pagerduty] }
`;
const minuteMs = 60_000;
/** Two calls a second of each tool: enough samples for a p95 in a minute, as the rule asks by itself. */
const callEveryMs = 500;
const [usualMs, slowMs] = [200, 4_000];
const slowForMs = 75_000;
/** More than ten that are new at once are told as one storm; those late in a minute are found with the next. */
const mostInMinute = 7;
const giveUpAfterMs = 6 * minuteMs;

/** One tool that becomes slow once, and well again. Times are milliseconds since 1970. */
interface Run {
  readonly tool: string;
  readonly slowAt: number;
  readonly wellAt: number;
  firstSlowAt: number | null;
  lastSlowAt: number | null;
}

/** All parts of a minute alike: when in it something breaks decides how long it takes to be seen. */
function planned(from: number): Run[] {
  const minutes = Math.ceil(count / mostInMinute);
  return Array.from({ length: count }, (_, i) => {
    const slowAt = from + (i % minutes) * minuteMs + ((i + 0.5) / count) * minuteMs;
    return { tool: `tool-${i}`, slowAt, wellAt: slowAt + slowForMs, firstSlowAt: null, lastSlowAt: null };
  });
}

async function callSteadily(house: House, run: Run, from: number, signal: AbortSignal): Promise<void> {
  for (let at = from; !signal.aborted; at += callEveryMs) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())));
    const now = Date.now();
    const slow = now >= run.slowAt && now < run.wellAt;
    if (slow) {
      run.firstSlowAt ??= now;
      run.lastSlowAt = now;
    }
    const call = {
      name: 'mcp-tool-execution',
      value: slow ? slowMs : usualMs,
      widgetContext: { toolName: run.tool },
      environment: 'production',
      timestamp: now,
    };
    const { status } = await fetch(`${house.http}/api/rum-metrics`, { method: 'POST', body: JSON.stringify({ metrics: [call] }) });
    if (status !== 204) throw new Error(`a beacon was answered with ${status}`);
  }
}

/** Until every tool was paged for and is well again, or will never be. */
async function untilOver(pagerduty: RecordingPagerduty, giveUpAt: number): Promise<void> {
  const isOver = () => pagerduty.pages >= count && pagerduty.open.length === 0;
  while (!isOver() && Date.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 200));
}

interface Found {
  readonly incident: string;
  readonly tool: string;
  /** The end of the minute that broke the rule, and when that was found. */
  readonly opened: string;
  readonly detected: string;
}

async function measure(house: House, pagerduty: RecordingPagerduty): Promise<boolean> {
  const from = Math.ceil((Date.now() + 1_000) / minuteMs) * minuteMs;
  const runs = planned(from);
  const ending = new AbortController();
  const calling = Promise.all(runs.map((run, i) => callSteadily(house, run, from + (i / count) * callEveryMs, ending.signal)));
  const lastWellAt = Math.max(...runs.map(({ wellAt }) => wellAt));
  await Promise.race([untilOver(pagerduty, lastWellAt + giveUpAfterMs), calling]);
  ending.abort();
  await calling;
  const found = await house.ask<Found>(
    `SELECT incident, labels['tool'] AS tool, toUnixTimestamp64Milli(opened_at) AS opened, toUnixTimestamp64Milli(detected_at) AS detected FROM alerts`,
  );
  return report(runs, found, pagerduty);
}

/** One tool's way from the first slow call to its end, seconds. */
interface Way {
  readonly toPage: number;
  readonly toFullMinute: number;
  readonly toDetection: number;
  readonly toAccepted: number;
  readonly toResolve: number;
}

function wayOf({ firstSlowAt, lastSlowAt }: Run, { opened, detected }: Found, [page]: RecordingPagerduty['incidents']): Way {
  const resolvedAt = page!.history.findLast(({ event }) => event !== 'resolved by hand' && event.event_action === 'resolve')?.at;
  return {
    toPage: (page!.openedAt - firstSlowAt!) / 1_000,
    toFullMinute: (Number(opened) - firstSlowAt!) / 1_000,
    toDetection: (Number(detected) - Number(opened)) / 1_000,
    toAccepted: (page!.openedAt - Number(detected)) / 1_000,
    toResolve: ((resolvedAt ?? Number.NaN) - lastSlowAt!) / 1_000,
  };
}

/** Whether everybody was paged for once, and told of its end. */
function report(runs: readonly Run[], found: readonly Found[], pagerduty: RecordingPagerduty): boolean {
  const problems = [...pagerduty.refusals];
  const ways = runs.flatMap((run) => {
    const incidents = found.filter(({ tool }) => tool === run.tool);
    const pages = pagerduty.incidents.filter(({ key }) => incidents.some(({ incident }) => incident === key));
    if (pages.length === 1 && pages[0]!.status === 'resolved')
      return [wayOf(run, incidents.find(({ incident }) => incident === pages[0]!.key)!, pages)];
    problems.push(`${run.tool}: ${pages.length} pages, of which ${pages.filter(({ status }) => status !== 'resolved').length} are open`);
    return [];
  });
  if (pagerduty.pages !== count) problems.push(`${pagerduty.pages} pages for ${count} tools`);
  const row = (what: string, of: (way: Way) => number, wanted = '') => {
    const sorted = Float64Array.from(ways.map(of)).sort();
    const at = (share: number) => percentile(sorted, share).toFixed(2);
    return { mode, seconds: what, runs: ways.length, p50: at(0.5), p95: at(0.95), longest: at(1), goal: wanted };
  };
  printTable('From breach to page', [
    row('first slow call to accepted page', ({ toPage }) => toPage, `p95 <= ${goal.pageS}`),
    row('of these, to the end of the minute that is slow', ({ toFullMinute }) => toFullMinute),
    row('then to its detection', ({ toDetection }) => toDetection),
    row('then to the accepted page', ({ toAccepted }) => toAccepted, `p99 < ${goal.acceptedS}`),
    row('last slow call to accepted resolve', ({ toResolve }) => toResolve),
  ]);
  for (const problem of problems) process.stdout.write(`NOT SOUND: ${problem}\n`);
  return problems.length === 0;
}

const pagerduty = await RecordingPagerduty.start(routingKey, Date.now);
const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-alert-latency-'));
const path = join(dataDir, 'beaconhouse.yml');
await writeFile(path, config);
const env = {
  BEACONHOUSE_CONFIG: path,
  PAGERDUTY_ROUTING_KEY: routingKey,
  BEACONHOUSE_PAGERDUTY_URL: pagerduty.url,
  BEACONHOUSE_URL: 'https://beacons.example',
};
const house =
  mode === 'cluster' ? await ClusterHouse.start({ dataDir, env, apps: { alerter: 2 } }) : await StandaloneProcess.start({ dataDir, env });
try {
  if (!(await measure(house, pagerduty))) process.exitCode = 1;
} finally {
  await house.dispose();
  await pagerduty.close();
}
