// Run by killed-process.spec.ts, which ends it with SIGKILL: a queue whose handlers leave a line in a file.
import { appendFileSync } from 'node:fs';
import { SystemClock } from '../clock/system-clock.ts';
import { openChdbEngine } from '../engine/chdb-engine.ts';
import { EmbeddedWarehouse } from '../warehouse/embedded-warehouse.ts';
import { migrate } from '../warehouse/migrator.ts';
import { EmbeddedJobQueue } from './embedded-job-queue.ts';

const [dataDir, effects, round] = process.argv.slice(2);
const clock = new SystemClock();
const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock }));
await migrate(warehouse, { rawDays: 30, minuteDays: 90, hourDays: 400 });
const queue = await EmbeddedJobQueue.open({ warehouse, clock, journalPauseMs: 20 });
for (const name of ['tick', 'order']) {
  const handler = async ({ id, slot }) => appendFileSync(effects, `${name} ${id} ${slot}\n`);
  queue.define({ name, concurrency: 4, maxAttempts: 3, backoffMs: 10, handler });
}
await queue.start();
await queue.schedule({ name: 'tick', everyMs: 20, offsetMs: 0, catchUpMs: 600_000 });
for (let n = 0; ; n += 1) {
  const id = `${round}-${n}`;
  await queue.add('order', id, null);
  process.stdout.write(`${id}\n`);
}
