// A process of its own that fills the stream with beacons as a gateway would, and tells its parent how many rows and bytes it wrote.
import { SystemClock } from '../libs/platform/src/clock/system-clock.ts';
import { KafkaStream } from '../libs/platform/src/stream/kafka/kafka-stream.ts';
import { ThroughIntake } from './through-intake.ts';
import { Traffic } from './traffic.ts';

export interface FillOrder {
  readonly brokers: string;
  readonly partitions: number;
  readonly topicPrefix: string;
  readonly beacons: number;
  readonly seed: number;
}

export interface Filled {
  readonly rows: number;
  readonly bytes: number;
}

/** Messages on their way at once: enough for full sends, few enough for a small process. */
const atOnce = 1_000;

async function fill({ brokers, partitions, topicPrefix, beacons, seed }: FillOrder): Promise<Filled> {
  const place = { brokers: [brokers], clientId: 'bench', topicPrefix, partitions, replication: 1 };
  const stream = await KafkaStream.open({ ...place, compression: 'zstd', clock: new SystemClock() });
  const intake = await ThroughIntake.open();
  const traffic = new Traffic({ seed, sessions: 2_000 });
  let [rows, bytes] = [0, 0];
  for (let done = 0; done < beacons; done += atOnce) {
    const messages = Array.from({ length: Math.min(atOnce, beacons - done) }, () => intake.message(traffic.nextBeacon(Date.now())));
    for (const { headers, value } of messages) {
      rows += headers.events;
      bytes += value.length;
    }
    await Promise.all(messages.map((message) => stream.publish('rum', [message])));
  }
  await stream.close();
  return { rows, bytes };
}

process.once('message', (order: FillOrder) => void obey(order));

async function obey(order: FillOrder): Promise<void> {
  const result = await fill(order);
  process.send!(result, () => process.disconnect());
}
