import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Filled, FillOrder } from './fill-topic.ts';
import type { LoadOrder, LoadResult } from './open-loop.ts';
import type { Published, PublishOrder } from './publish-steadily.ts';

/** Runs one order in a process of its own, so that the generator's pauses are not the caller's. */
export const generate = (order: LoadOrder): Promise<LoadResult> => runApart('open-loop.ts', order);

/** So that the messages' memory is not the caller's. */
export const fillTopic = (order: FillOrder): Promise<Filled> => runApart('fill-topic.ts', order);

/** So that its processor time is the publisher's alone. */
export const publishSteadily = (order: PublishOrder): Promise<Published> => runApart('publish-steadily.ts', order);

async function runApart<Order extends object, Result>(file: string, order: Order): Promise<Result> {
  const child = fork(join(import.meta.dirname, file), { execArgv: [...process.execArgv, '--disable-warning=TimeoutNegativeWarning'] });
  child.send(order);
  const failed = once(child, 'exit').then(([code]) => code !== 0 && Promise.reject(new Error(`${file} ended with ${code}`)));
  const [[result]] = (await Promise.all([once(child, 'message'), failed])) as [[Result], unknown];
  return result;
}
