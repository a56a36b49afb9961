// A process of its own that publishes beacons at a steady rate, and tells its parent what that cost it.
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '../libs/platform/src/clock/system-clock.ts';
import { KafkaStream } from '../libs/platform/src/stream/kafka/kafka-stream.ts';
import { ThroughIntake } from './through-intake.ts';
import { Traffic } from './traffic.ts';

export interface PublishOrder {
  readonly brokers: string;
  readonly partitions: number;
  readonly topicPrefix: string;
  readonly lingerMs: number;
  readonly beaconsPerSecond: number;
  readonly seconds: number;
}

export interface Published {
  readonly cpuMicrosPerBeacon: number;
}

/** Made before the clock starts. */
const messages = 2_000;

async function publish({ brokers, beaconsPerSecond, seconds, ...place }: PublishOrder): Promise<Published> {
  const connection = { brokers: [brokers], clientId: 'bench', replication: 1, compression: 'zstd', clock: new SystemClock() } as const;
  const stream = await KafkaStream.open({ ...connection, ...place });
  const intake = await ThroughIntake.open();
  const traffic = new Traffic({ seed: 5, sessions: 2_000 });
  const made = Array.from({ length: messages }, () => intake.message(traffic.nextBeacon(Date.now())));
  const run = async (lasts: number) => {
    const under: Promise<void>[] = [];
    const start = performance.now();
    for (let sent = 0; sent < beaconsPerSecond * lasts; await sleep(1)) {
      const due = Math.min(beaconsPerSecond * lasts, ((performance.now() - start) / 1_000) * beaconsPerSecond);
      for (; sent < due; sent += 1) under.push(stream.publish('rum', [made[sent % messages]!]));
    }
    await Promise.all(under);
  };
  await run(seconds / 2);
  const before = process.cpuUsage();
  await run(seconds);
  const { user, system } = process.cpuUsage(before);
  await stream.close();
  return { cpuMicrosPerBeacon: (user + system) / (beaconsPerSecond * seconds) };
}

process.once('message', (order: PublishOrder) => void obey(order));

async function obey(order: PublishOrder): Promise<void> {
  const result = await publish(order);
  process.send!(result, () => process.disconnect());
}
