import type { NativeEngine } from '../infra/native/native-engine.ts';
import { askEngine } from './engine-question.ts';
import { percentile } from './report.ts';

/** Rows of one slice of arrival are taken as received in its middle, and seen when the question was asked. */
const sliceMs = 50;
const everyMs = 100;
/** Rows older than this are looked for no more. */
const lookBackMs = 60_000;

export interface Freshness {
  readonly rows: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** Milliseconds from a row's reception to the first question that sees it, of all rows received from the start of the watch on. */
export function watchFreshness(engine: NativeEngine): { end(): Promise<Freshness> } {
  const started = Date.now();
  const seen = new Map<number, number>();
  /** Rows by age. */
  const ages: number[] = [];
  const look = async () => {
    const at = Date.now();
    const since = Math.max(started, at - lookBackMs);
    for (const { slice, rows } of await slices(engine, since)) {
      const more = Number(rows) - (seen.get(Number(slice)) ?? 0);
      for (let n = 0; n < more; n += 1) ages.push(at - (Number(slice) + 0.5) * sliceMs);
      seen.set(Number(slice), Number(rows));
    }
  };
  let ended = false;
  const loop = (async () => {
    while (!ended) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  })();
  return {
    async end() {
      ended = true;
      await loop;
      await look();
      const sorted = Float64Array.from(ages).sort();
      return { rows: sorted.length, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), longest: percentile(sorted, 1) };
    },
  };
}

function slices(engine: NativeEngine, since: number): Promise<{ slice: string; rows: string }[]> {
  return askEngine(
    engine,
    `SELECT intDiv(toUnixTimestamp64Milli(received_at), ${sliceMs}) AS slice, count() AS rows FROM rum_events
     WHERE received_at >= fromUnixTimestamp64Milli(${since}) GROUP BY slice`,
  );
}
