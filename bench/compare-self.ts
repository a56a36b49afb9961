// npm run probe:self -- [--pairs 50] [--later 10] [--runs 5] [--more 5] [--delay 300] [--throttling simulate] [--minutes M] [--file F]: how often a page that is
// compared with itself is called regressed, and how often one that answers later is found, by real Lighthouse and Chromium on this machine. What was
// compared is kept in the file, line by line, and not measured again: a run that was stopped goes on where it was. At the end also how far single runs of
// the same page lie apart, and medians of as many as are compared.
import { once } from 'node:events';
import { appendFile, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { readEnvironment, SystemClock } from '#platform';
import { BenchmarkHistory, comparePages, findChromium, type LighthouseSettings, type RunPlan, runOnce, type Verdict } from '#probe';
import type { PageComparison } from '../libs/probe/src/compare/compare-pages.ts';
import { judgedMetrics } from '../libs/probe/src/compare/judged-metrics.ts';
import { type MeasureName, measuresOf } from '../libs/probe/src/lhr/measures.ts';
import { median, printTable } from './report.ts';

const { values: given } = parseArgs({
  options: {
    pairs: { type: 'string', default: '50' },
    later: { type: 'string', default: '10' },
    runs: { type: 'string', default: '5' },
    more: { type: 'string', default: '5' },
    delay: { type: 'string', default: '300' },
    throttling: { type: 'string', default: 'simulate' },
    minutes: { type: 'string', default: '600' },
    file: { type: 'string', default: 'compare-self.jsonl' },
  },
});
const [pairs, morePairs, delayMs] = [given.runs, given.more, given.delay].map(Number) as [number, number, number];

type Kind = 'itself' | 'later';
const wanted: Readonly<Record<Kind, number>> = { itself: Number(given.pairs), later: Number(given.later) };
interface Compared {
  readonly kind: Kind;
  /** What it was measured with: others are not counted together. */
  readonly how: string;
  readonly verdict: Verdict;
  readonly regressed: readonly string[];
  readonly shiftOfLcp: number | null;
  readonly runs: number;
  readonly discarded: number;
  readonly seconds: number;
  /** The values of each side, by metric, in the order in which they were measured. */
  readonly values: Readonly<Record<string, readonly (readonly number[])[]>>;
}
const how = `${pairs}+${morePairs} ${given.throttling} ${delayMs} ms`;

/** Between none and this of noise that a real page has: a server that takes its time, and scripts that do. */
const serverNoiseMs = 60;
const scriptNoiseMs = 60;

/** The same page at every address; `/later` is answered later by what is asked for. */
async function servePage() {
  const server = createServer((request, response) => {
    const wait = Math.random() * serverNoiseMs + (request.url?.startsWith('/later') ? delayMs : 0);
    setTimeout(() => response.writeHead(200, { 'content-type': 'text/html' }).end(page(40 + Math.random() * scriptNoiseMs)), wait);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const page = (busyMs: number) => `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Classes</title>
<style>body { font: 16px sans-serif } h1 { font-size: 60px }</style><h1>Classes near you</h1>
${Array.from({ length: 40 }, (_, n) => `<p>Class ${n}: yoga, boxing, swimming</p>`).join('')}
<script>const end = performance.now() + ${busyMs}; while (performance.now() < end);</script></html>`;

const { synthetic } = readEnvironment();
const clock = new SystemClock();
const stop = new AbortController();
const history = new BenchmarkHistory();
process.once('SIGINT', () => stop.abort());

const planOf = (url: string): RunPlan => ({
  url,
  settings: {
    formFactor: 'desktop',
    onlyCategories: ['performance'],
    throttlingMethod: given.throttling as NonNullable<LighthouseSettings['throttlingMethod']>,
    throttling: { rttMs: 40, throughputKbps: 10_240, cpuSlowdownMultiplier: 1 },
    screenEmulation: { mobile: false, width: 1_350, height: 940, deviceScaleFactor: 1 },
  },
  browser: { path: findChromium(synthetic.chromium), args: [], sandbox: synthetic.sandbox },
  allowedHosts: ['127.0.0.1'],
  limitMs: 90_000,
});

async function compare(kind: Kind, url: string): Promise<Compared> {
  const since = clock.now();
  const plans = { base: planOf(`${url}/`), candidate: planOf(`${url}/${kind === 'later' ? 'later' : ''}`) };
  const result = await comparePages({ ...plans, pairs, morePairs }, { run: runOnce, clock, signal: stop.signal, history });
  if (result.failure) throw new Error(`${result.failure.reason}: ${result.failure.message}`);
  const { verdict, metrics, base, candidate, discarded } = result;
  return {
    ...{ kind, how, verdict, runs: base.length, discarded: discarded.length, seconds: Math.round((clock.now() - since) / 1_000) },
    regressed: metrics.filter((one) => one.verdict === 'regressed').map(({ metric }) => metric.name),
    shiftOfLcp: metrics.find(({ metric }) => metric.name === 'LCP')?.shift ?? null,
    values: Object.fromEntries(judgedMetrics.map(({ name }) => [name, [base, candidate].map((side) => valuesOf(side, name))])),
  };
}

function valuesOf(side: PageComparison['base'], name: MeasureName): number[] {
  return side.map(({ outcome }) => measuresOf(outcome.steps[0]!.lhr).values[name]).filter((value) => value !== null);
}

/** What was begun when it was stopped does not count. */
function unlessStopped(error: unknown): null {
  if (stop.signal.aborted) return null;
  throw error;
}

/** The kind of which the smaller part is done, so that a run that is stopped says something of both. */
function next(done: readonly Compared[]): Kind | undefined {
  const share = (kind: Kind) => done.filter((one) => one.kind === kind).length / wanted[kind];
  const [first] = (['itself', 'later'] as const).toSorted((a, b) => share(a) - share(b));
  return share(first!) < 1 ? first : undefined;
}

async function known(): Promise<Compared[]> {
  const text = await readFile(given.file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Compared => JSON.parse(line))
    .filter((one) => one.how === how);
}

function summary(kind: Kind, all: readonly Compared[]) {
  const own = all.filter((one) => one.kind === kind);
  const count = (which: (one: Compared) => boolean) => own.filter(which).length;
  return {
    ...{
      page: kind === 'itself' ? 'itself' : `${delayMs} ms later`,
      comparisons: own.length,
      regressed: count((one) => one.verdict === 'regressed'),
    },
    'regressed on LCP': count(({ regressed }) => regressed.includes('LCP')),
    ...{ improved: count((one) => one.verdict === 'improved'), inconclusive: count((one) => one.verdict === 'inconclusive') },
    ...{ 'measured further': count(({ runs }) => runs > pairs), 'runs thrown away': own.reduce((sum, one) => sum + one.discarded, 0) },
    'seconds a comparison': own.length === 0 ? '' : Math.round(own.reduce((sum, one) => sum + one.seconds, 0) / own.length),
  };
}

/** Single runs beside medians, of the page that was compared with itself. */
function spreads(all: readonly Compared[]) {
  return ['LCP', 'FCP', 'SI', 'TBT', 'TTFB'].map((metric) => {
    // What was measured further was so because of what was measured: it would make single runs look worse.
    const sides = all.filter(({ kind }) => kind === 'itself').flatMap(({ values }) => values[metric]!.map((side) => side.slice(0, pairs)));
    const [single, medians] = [deviation(sides.flat()), deviation(sides.map(median))];
    const shown = { 'single runs': percent(single), [`medians of ${pairs}`]: percent(medians) };
    return { metric, runs: sides.flat().length, ...shown, ratio: (medians / single).toFixed(2) };
  });
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** Standard deviation as a share of the mean. */
function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)) / mean;
}

const { server, url } = await servePage();
const until = clock.now() + Number(given.minutes) * 60_000;
try {
  const done = await known();
  while (clock.now() < until && !stop.signal.aborted) {
    const kind = next(done);
    if (!kind) break;
    const one = await compare(kind, url).catch(unlessStopped);
    if (one === null) break;
    done.push(one);
    await appendFile(given.file, `${JSON.stringify(one)}\n`);
    process.stderr.write(`${kind}: ${one.verdict} ${one.regressed.join(' ')} (${one.seconds} s)\n`);
  }
  printTable(`Comparisons of ${how}`, [summary('itself', done), summary('later', done)]);
  printTable('Standard deviation of the page compared with itself, as a share of the mean', spreads(done));
} finally {
  server.close();
  server.closeAllConnections();
}
