// npm run bench:probe -- [PAIRS]: wall time and memory of one run, beside Lighthouse the simplest way, in turns on the same page.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '#platform';
import { findChromium, runOnce } from '#probe';
import { LocalPages } from '../libs/probe/src/run/local-pages.contract.ts';
import { withMachineLock } from '../libs/probe/src/run/processes/machine-lock.ts';
import { median, printTable } from './report.ts';

const pairs = Number(process.argv[2] ?? 5);
const goal = 1.1;
const chromium = findChromium();
const clock = new SystemClock();
const pages = await LocalPages.serve('http://127.0.0.1:9');
const url = pages.at('/class-search');

interface Measured {
  readonly wallMs: number;
  readonly lcp: number;
  readonly ttfb: number;
  readonly peakMib?: number;
}

async function bare(): Promise<Measured> {
  const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
  const beganMs = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...flags,
    join(import.meta.dirname, 'bare-lighthouse.ts'),
    url,
    chromium,
  ]);
  return { wallMs: performance.now() - beganMs, ...JSON.parse(stdout) };
}

async function ours(): Promise<Measured> {
  const browser = { path: chromium, args: [], sandbox: false };
  const outcome = await runOnce(
    { url, settings: { formFactor: 'desktop' }, browser, allowedHosts: [pages.host], limitMs: 120_000 },
    { clock },
  );
  if (outcome.status === 'failed') throw new Error(outcome.message);
  const { audits } = outcome.steps[0]!.lhr;
  const value = (id: string) => audits[id]!.numericValue!;
  return {
    wallMs: outcome.wallMs,
    lcp: value('largest-contentful-paint'),
    ttfb: value('server-response-time'),
    peakMib: outcome.peakBytes / 2 ** 20,
  };
}

const [bares, runs]: [Measured[], Measured[]] = [[], []];
for (let pair = 0; pair < pairs; pair += 1) {
  // A B B A: what drifts hits both sides. Neither beside a run of somebody else.
  const takeBare = async () => void bares.push(await withMachineLock(bare));
  const takeOurs = async () => void runs.push(await ours());
  for (const take of pair % 2 === 0 ? [takeBare, takeOurs] : [takeOurs, takeBare]) await take();
}
await pages.close();

const middle = (side: readonly Measured[], field: keyof Measured) => median(side.map((measured) => measured[field] ?? Number.NaN));
const ratios = runs.map(({ wallMs }, i) => wallMs / bares[i]!.wallMs);
const rowOf = (what: string, side: readonly Measured[]) => ({
  what,
  'wall ms': Math.round(middle(side, 'wallMs')),
  'LCP ms': Math.round(middle(side, 'lcp')),
  'TTFB ms': middle(side, 'ttfb').toFixed(1),
  'highest memory MiB': Number.isNaN(middle(side, 'peakMib')) ? '' : Math.round(middle(side, 'peakMib')),
});
printTable(`One run of a small page, medians of ${pairs} pairs`, [rowOf('bare Lighthouse', bares), rowOf('runOnce', runs)]);
const ratio = median(ratios);
process.stdout.write(
  `\nratio of wall times, median of pairs: ${ratio.toFixed(2)} (goal <= ${goal}: ${ratio <= goal ? 'held' : 'not held'})\n`,
);
