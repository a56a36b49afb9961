// How far percentiles from the rollups are from exact ones, and what 30 days cost to ask for when there are 20 times as many events.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../libs/platform/src/clock/system-clock.ts';
import { openChdbEngine } from '../libs/platform/src/engine/chdb-engine.ts';
import { EmbeddedWarehouse } from '../libs/platform/src/warehouse/embedded-warehouse.ts';
import { House } from './house.ts';
import { median, percentile, printTable } from './report.ts';
import { seedFolder } from './seed-folder.ts';

const days = 30;
const sizes = [1_000_000, Number(process.argv[2] ?? 20_000_000)];
const levels = '0.5, 0.75, 0.95, 0.99';
const asks = 41;
const questions = [
  '/api/metrics/LCP?window=30d',
  '/api/metrics/LCP/breakdown?by=route&window=30d',
  '/api/metrics/mcp-tool-execution/breakdown?by=tool&window=30d',
];

interface Accuracy {
  readonly metric: string;
  readonly n: string;
  readonly minute: number;
  readonly hour: number;
}

/**
 * The largest relative error over four percentiles, per metric. Definitions of a percentile differ by the rank they take, level
 * times n or n - 1, so an answer between the values at those two ranks is exact: without this, a gap between two of a few
 * hundred values would count as an error of the sketch.
 */
const accuracy = `
WITH [${levels}] AS levels,
  (answer, low, high) -> arrayMax(arrayMap((a, l, h) -> if(a < l, 1 - a / l, if(a > h, a / h - 1, 0.)), answer, low, high)) AS largestError
SELECT metric, n, largestError(minutes, low, high) AS minute, largestError(hours, low, high) AS hour
FROM (
  SELECT metric, length(v) AS n, arrayMap(level -> v[toUInt64(floor(level * (n - 1))) + 1], levels) AS low,
    arrayMap(level -> v[least(n, toUInt64(ceil(level * n)) + 1)], levels) AS high
  FROM (SELECT metric, arraySort(groupArray(value)) AS v FROM rum_events WHERE counted = 1 GROUP BY metric)
) AS r
JOIN (SELECT metric, arrayMap(x -> x / 1e6, quantilesDDMerge(0.01, ${levels})(q)) AS minutes FROM rum_1m GROUP BY metric) AS m USING (metric)
JOIN (SELECT metric, arrayMap(x -> x / 1e6, quantilesDDMerge(0.01, ${levels})(q)) AS hours FROM rum_1h GROUP BY metric) AS h USING (metric)
ORDER BY n DESC`;

async function measureAccuracy(dataDir: string): Promise<Accuracy[]> {
  const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock: new SystemClock(), memoryBytes: 6 * 2 ** 30 }), {
    questionSeconds: 600,
    questionMemoryBytes: 4 * 2 ** 30,
  });
  try {
    return await warehouse.ask<Accuracy>({ sql: accuracy });
  } finally {
    await warehouse.close();
  }
}

/** Milliseconds of each answer, after one that warms up. */
async function timeQuestions(dataDir: string): Promise<Map<string, number[]>> {
  const house = await House.start({ dataDir });
  const times = new Map<string, number[]>();
  for (const question of questions) {
    const taken: number[] = [];
    for (let ask = 0; ask <= asks; ask += 1) {
      const began = performance.now();
      const response = await fetch(house.http + question);
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      if (ask > 0) taken.push(performance.now() - began);
    }
    times.set(question, taken);
  }
  await house.stop();
  return times;
}

const place = await mkdtemp(join(tmpdir(), 'beaconhouse-bench-'));
try {
  const timed: Map<string, number[]>[] = [];
  for (const rows of sizes) {
    const dataDir = join(place, `${rows}`);
    const speed = await seedFolder(dataDir, { days, rows });
    process.stderr.write(`${rows} events seeded, ${Math.round(speed)} rows/s\n`);
    timed.push(await timeQuestions(dataDir));
    const found = await measureAccuracy(dataDir);
    printTable(
      `Percentiles 50, 75, 95, 99 from rollups against exact, ${rows} events in ${days} days; goal: <= 1 %`,
      found.map(({ metric, n, minute, hour }) => ({
        metric,
        n,
        'largest error from rum_1m': `${(minute * 100).toFixed(3)} %`,
        'largest error from rum_1h': `${(hour * 100).toFixed(3)} %`,
      })),
    );
  }
  const [few, many] = timed;
  const shown = questions.map((question) => {
    const [a, b] = [few!.get(question)!, many!.get(question)!];
    const sorted = [...b].sort((x, y) => x - y);
    return {
      question,
      [`${sizes[0]} events, ms, median`]: median(a).toFixed(1),
      [`${sizes[1]} events, ms, median`]: median(b).toFixed(1),
      ratio: (median(b) / median(a)).toFixed(2),
      'p95 ms': percentile(sorted, 0.95).toFixed(1),
    };
  });
  printTable(`30-day questions over HTTP, ${asks} times each; goal: <= 100 ms, and 100 M against 1 M <= 1.5x`, shown);
} finally {
  await rm(place, { recursive: true, force: true, maxRetries: 3 });
}
