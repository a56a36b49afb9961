// A thread of its own: judging a series of weeks takes tens of milliseconds of pure computing.
import { parentPort, workerData } from 'node:worker_threads';
import { type DetectMethod, detectGiven } from './detect-given.ts';
import type { DetectReply } from './detect-lines.ts';
import { readSeries, SeriesInvalid } from './given-series.ts';

parentPort!.on('message', (line: string) => parentPort!.postMessage(answer(line)));

function answer(line: string): DetectReply {
  try {
    return { answer: detectGiven(readSeries(line), workerData as DetectMethod) };
  } catch (error) {
    if (error instanceof SeriesInvalid) return { invalid: error.message };
    throw error;
  }
}
