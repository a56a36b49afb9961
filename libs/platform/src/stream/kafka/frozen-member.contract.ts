import { SystemClock } from '../../clock/system-clock.ts';
import { errorText } from './kafka-event.ts';
import { KafkaStream } from './kafka-stream.ts';

/**
 * A member of a group as a process of its own, so that a test can freeze it: event loop, timers, heartbeats and all. Says a line for
 * each block it begins, and one for each it stores a second later: an insert that was on its way arrives, whoever owns the partition by then.
 */
const [brokers, topicPrefix] = process.argv.slice(2) as [string, string];
const clock = new SystemClock();
const say = (line: string) => process.stdout.write(`${line}\n`);

const stream = await KafkaStream.open({
  ...{ brokers: [brokers], clientId: 'frozen', topicPrefix, compression: 'none', partitions: 1, replication: 1, clock },
  ...{ sessionTimeoutMs: 1_500, heartbeatMs: 300, rebalanceTimeoutMs: 5_000 },
  onEvent: (event) => say('error' in event ? `${event.type} ${errorText(event.error)}` : event.type),
});
await stream.consume(
  { topic: 'rum', group: 'loader', maxMessages: 5, maxBytes: 1_000_000, lingerMs: 0 },
  async ({ first, last }, owned) => {
    owned.throwIfAborted();
    say(`begun ${first}-${last}`);
    await clock.sleep(1_000);
    say(`stored ${first}-${last}`);
  },
);
say('ready');
