import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../clock/clock.ts';
import type { EventStream, PartitionLag } from './event-stream.ts';
import { bounded } from './kafka/bounded.ts';

/** A topic with more partitions is told as a whole, so that a time series stays cheap however far the house has grown. */
const mostPartitions = 100;

/** An answer that takes longer would keep all other numbers from being read, just when they matter. */
const answerMs = 2_000;

/** Lag of every group this process is a member of. Every member tells the same of a group: sum over partitions, never over processes. None is told while the brokers do not answer. */
export function observeLag(stream: EventStream, registry: Registry, clock: Clock, longest = mostPartitions): void {
  new Gauge({
    name: 'beaconhouse_stream_lag_messages',
    help: 'Messages on the stream that a group has not finished; the same from every member of the group',
    labelNames: ['topic', 'group', 'partition'],
    registers: [registry],
    async collect() {
      this.reset();
      const lags = await bounded(clock, answerMs, 'the lag', stream.lags()).catch(() => []);
      const told = Object.values(Object.groupBy(lags, ({ topic, group }) => `${group} ${topic}`));
      for (const group of told) for (const { messages, ...labels } of labelled(group!, longest)) this.set(labels, messages);
    },
  });
}

type LabelledLag = Omit<PartitionLag, 'partition'> & { readonly partition: string };

function labelled(lags: readonly PartitionLag[], longest: number): LabelledLag[] {
  if (lags.length <= longest) return lags.map((lag) => ({ ...lag, partition: String(lag.partition) }));
  return [{ ...lags[0]!, partition: 'all', messages: lags.reduce((sum, { messages }) => sum + messages, 0) }];
}

/** Counts what a stream that goes on by itself wants an operator to know, by its type. */
export function eventCounter(registry: Registry): (event: { readonly type: string }) => void {
  const counter = new Counter({
    name: 'beaconhouse_stream_events_total',
    help: 'Troubles the stream has gone on after, such as consumer-restarted, producer-replaced, block-failed, messages-lost',
    labelNames: ['type'],
    registers: [registry],
  });
  return ({ type }) => counter.inc({ type });
}
