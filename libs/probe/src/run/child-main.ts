// A process of its own for each run, started by address: Lighthouse is heavy work, a script may do anything, and what hangs must be ended from outside.
import type { RunOrder } from './child-messages.ts';
import { measure } from './measure.ts';
import { clearRun } from './processes/clear-run.ts';

let folder: string | undefined;

process.once('message', (order: RunOrder) => {
  folder = order.folder;
  // Who asked ends the whole process group once it has the answer.
  void measure(order).then((reply) => process.send!(reply, undefined, undefined, () => undefined));
});

/** Who asked is gone, and nobody else ends this group. */
process.once('disconnect', () => {
  const cleared = folder === undefined ? Promise.resolve() : clearRun(folder).catch(() => undefined);
  void cleared.then(() => process.kill(-process.pid, 'SIGKILL'));
});

// What a script leaves unhandled is no reason to lose the run: it throws, or its limit ends it.
process.on('unhandledRejection', () => undefined);
