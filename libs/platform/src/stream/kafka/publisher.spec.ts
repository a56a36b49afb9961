import { beforeEach, describe, expect, it } from '@jest/globals';
import type { TopicMessages } from 'kafkajs';
import { ManualClock } from '../../clock/manual-clock.ts';
import { message, range } from '../event-stream.contract.ts';
import type { KafkaEvent } from './kafka-event.ts';
import { type BatchSender, Publisher, type PublisherOptions } from './publisher.ts';

/** Keeps what is sent until the test answers. */
class Sender implements BatchSender {
  readonly sends: { readonly batch: TopicMessages[]; readonly answer: PromiseWithResolvers<void> }[] = [];
  discarded = false;

  send(batch: TopicMessages[]): Promise<void> {
    const answer = Promise.withResolvers<void>();
    this.sends.push({ batch, answer });
    return answer.promise;
  }

  discard(): void {
    this.discarded = true;
  }
}

describe('Publisher', () => {
  let clock: ManualClock;
  let senders: Sender[];
  let events: KafkaEvent[];
  let reachable: boolean;
  beforeEach(() => {
    clock = new ManualClock(0);
    [senders, events, reachable] = [[], [], true];
  });

  function publisher(options: Partial<PublisherOptions> = {}): Publisher {
    return new Publisher({
      ...{ clock, lingerMs: 5, maxBatchBytes: 10_000, maxBatchMessages: 10, maxWaitingBytes: 20_000, maxWaitingMessages: 20 },
      ...{ publishTimeoutMs: 1_000, onEvent: (event) => events.push(event) },
      connect: async () => {
        if (!reachable) throw new Error('nobody listens');
        const sender = new Sender();
        senders.push(sender);
        return sender;
      },
      ...options,
    });
  }
  const counts = (sender: Sender | undefined) =>
    sender?.sends.map(({ batch }) => batch.map(({ topic, messages }) => `${topic} ${messages.length}`));
  const settled = async (promise: Promise<void>) =>
    promise.then(
      () => 'resolved',
      (error) => error.reason,
    );

  it('sends what came within the linger together, by topic', async () => {
    const publishing = publisher();
    void publishing.add('rum', range(0, 2));
    void publishing.add('spans', range(2, 3));
    await clock.advance(4);
    void publishing.add('rum', range(3, 4));
    expect(senders).toHaveLength(0);
    await clock.advance(1);
    expect(counts(senders[0])).toEqual([['rum 3', 'spans 1']]);
  });

  it('does not wait when a send is full, and has one in flight', async () => {
    const publishing = publisher();
    const first = publishing.add('rum', range(0, 10));
    void publishing.add('rum', range(10, 12));
    await clock.advance(0);
    expect(counts(senders[0])).toEqual([['rum 10']]);
    await clock.advance(100);
    expect(senders[0]!.sends).toHaveLength(1);
    senders[0]!.sends[0]!.answer.resolve();
    await first;
    await clock.advance(5);
    expect(counts(senders[0])).toEqual([['rum 10'], ['rum 2']]);
  });

  it('never divides the messages of one call', async () => {
    void publisher().add('rum', range(0, 15));
    await clock.advance(5);
    expect(counts(senders[0])).toEqual([['rum 15']]);
  });

  it.each([
    ['messages', () => range(0, 21)],
    ['bytes', () => [message(0, 'x'.repeat(20_001))]],
  ])('refuses above its limit of waiting %s, and takes more when there is room', async (_what, tooMany) => {
    const publishing = publisher();
    expect(await settled(publishing.add('rum', tooMany()))).toBe('full');
    const taken = publishing.add('rum', range(0, 20));
    expect(await settled(publishing.add('rum', range(0, 1)))).toBe('full');
    await clock.advance(5);
    senders[0]!.sends[0]!.answer.resolve();
    await taken;
    void publishing.add('rum', range(0, 20));
  });

  it('throws away what it sent through after a failure, and goes on through another', async () => {
    const publishing = publisher();
    const first = settled(publishing.add('rum', range(0, 1)));
    await clock.advance(5);
    senders[0]!.sends[0]!.answer.reject(new Error('NOT_ENOUGH_REPLICAS'));
    expect(await first).toBe('failed');
    expect(senders[0]!.discarded).toBe(true);
    expect(events).toEqual([{ type: 'producer-replaced', error: 'NOT_ENOUGH_REPLICAS' }]);
    const second = settled(publishing.add('rum', range(1, 2)));
    await clock.advance(5);
    senders[1]!.sends[0]!.answer.resolve();
    expect(await second).toBe('resolved');
  });

  it('throws it away as well when the answer does not come', async () => {
    const unanswered = settled(publisher().add('rum', range(0, 1)));
    await clock.advance(5 + 1_000);
    expect(await unanswered).toBe('timeout');
    expect(senders[0]!.discarded).toBe(true);
  });

  it('refuses what waited too long for a connection, and sends what came later', async () => {
    reachable = false;
    const publishing = publisher();
    const early = settled(publishing.add('rum', range(0, 1)));
    await clock.advance(600);
    const late = publishing.add('rum', range(1, 2));
    await clock.advance(400);
    expect(await early).toBe('timeout');
    reachable = true;
    await clock.advance(599);
    expect(counts(senders[0])).toEqual([['rum 1']]);
    senders[0]!.sends[0]!.answer.resolve();
    await late;
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['brokers-unreachable']));
  });

  it('sends what waits when it is closed, and refuses what comes then', async () => {
    const publishing = publisher({ lingerMs: 60_000 });
    const waiting = settled(publishing.add('rum', range(0, 1)));
    const closed = publishing.close();
    expect(await settled(publishing.add('rum', range(1, 2)))).toBe('closed');
    await clock.advance(0);
    senders[0]!.sends[0]!.answer.resolve();
    expect(await waiting).toBe('resolved');
    await closed;
    expect(senders[0]!.discarded).toBe(true);
  });
});
