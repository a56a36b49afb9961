import { availableParallelism } from 'node:os';
import type { DetectMethod } from './detect-given.ts';
import { type GivenAnswer, SeriesInvalid } from './given-series.ts';
import { ThreadPool } from './thread-pool.ts';

const threadFile = new URL(import.meta.url.endsWith('.ts') ? './detect-thread.ts' : './detect-thread.js', import.meta.url);
const mostThreads = 8;
/** Answers that wait for an earlier line's. */
const mostWaiting = 64;

/** @public */
export type DetectReply = { readonly answer: GivenAnswer } | { readonly invalid: string };

/**
 * Judges one series a line, as many at once as there are processors, and answers in the order of the lines. In memory is one series a
 * thread and one that waits. Throws `SeriesInvalid` with the number of a line that is none.
 */
export async function* detectLines(lines: AsyncIterable<string>, method: DetectMethod): AsyncGenerator<GivenAnswer> {
  const pool = new ThreadPool<string, DetectReply>(threadFile, Math.min(mostThreads, availableParallelism()), method);
  const running: Promise<GivenAnswer>[] = [];
  try {
    let number = 0;
    for await (const line of lines) {
      number += 1;
      if (line.trim() === '') continue;
      while (pool.free === 0 || running.length >= mostWaiting) yield await running.shift()!;
      const judging = judged(line, number);
      // Awaited in its turn; until then a failure must not count as unhandled.
      judging.catch(() => undefined);
      running.push(judging);
    }
    for (const answer of running) yield await answer;
  } finally {
    await pool.close();
  }

  async function judged(line: string, number: number): Promise<GivenAnswer> {
    const reply = await pool.ask(line);
    if ('invalid' in reply) throw new SeriesInvalid(`line ${number}: ${reply.invalid}`);
    return reply.answer;
  }
}
