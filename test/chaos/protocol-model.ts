// npm run model -- [--schedules N] [--seed S]: the block protocol in N random schedules of crashes, zombies, rebalances, lost answers and
// late requests. Ends with 1 at the first that loses or doubles a message, and names its seed.
import { parseArgs } from 'node:util';
import { runSchedules } from '../../libs/platform/src/stream/kafka/block-protocol-model.contract.ts';

const { values } = parseArgs({ options: { schedules: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } } });
const [schedules, firstSeed] = [Number(values.schedules), Number(values.seed)];
if (!Number.isInteger(schedules) || schedules < 1 || !Number.isInteger(firstSeed)) {
  process.stderr.write('usage: npm run model -- [--schedules N] [--seed S]\n');
  process.exit(2);
}

/** Schedules between two lines of progress. */
const step = 5_000;
let stored = 0;
try {
  for (let done = 0; done < schedules; done += step) {
    const count = Math.min(step, schedules - done);
    stored += runSchedules(count, firstSeed + done);
    process.stdout.write(`${done + count}/${schedules} schedules, ${stored} messages, each stored once\n`);
  }
} catch (error) {
  process.stdout.write(`NOT SOUND: ${(error as Error).message}; again with: npm run model -- --schedules 1 --seed N\n`);
  process.exit(1);
}
process.stdout.write(`sound: ${schedules} schedules from seed ${firstSeed}, ${stored} messages, 0 lost, 0 doubled\n`);
