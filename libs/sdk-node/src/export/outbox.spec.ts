import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OtlpReceiver } from '../../testing/otlp-receiver.ts';
import { diagnostics } from '../diagnostics.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import { post } from './post.ts';

describe('an outbox', () => {
  let receiver: OtlpReceiver;
  let asked: number[];
  let before: ReturnType<typeof diagnostics>;
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
    asked = [];
    before = diagnostics();
  });
  afterEach(() => receiver.close());

  /** Pauses are noted, and over at once. */
  function openOutbox(options: Partial<OutboxOptions<string>> = {}): Outbox<string> {
    const target = { url: new URL('/v1/traces', receiver.url), key: undefined };
    return new Outbox({
      post: (body, signal) => post(target, body, signal),
      encode: (items) => JSON.stringify({ resourceSpans: [], items }),
      sizeOf: (item) => item.length,
      maxItems: 10,
      maxBytes: 1_000,
      batchItems: 4,
      flushInterval: 60_000,
      retryDelay: 1_000,
      pause: async (ms) => void asked.push(ms),
      ...options,
    });
  }

  const lost = (reason: keyof typeof before.dropped) => (diagnostics().dropped[reason] ?? 0) - (before.dropped[reason] ?? 0);

  it('sends what is there in batches, one after the other', async () => {
    const outbox = openOutbox();
    for (const item of 'abcdef') outbox.add(item);
    await outbox.flush();
    expect(receiver.requests).toHaveLength(2);
    expect(outbox.sent).toBe(6);
  });

  it('sends a full batch without waiting, and another one when its time has come', async () => {
    const outbox = openOutbox({ flushInterval: 1 });
    for (const item of 'abcd') outbox.add(item);
    await receiver.until(() => receiver.requests.length === 1);
    outbox.add('e');
    await receiver.until(() => receiver.requests.length === 2);
  });

  it('sends outside the call that filled it, which a tracer would take for its parent', async () => {
    const call = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const outbox = openOutbox({
      flushInterval: 0,
      post: async () => {
        seen.push(call.getStore());
        return { status: 200, retryAfterMs: undefined, text: '' };
      },
    });
    call.run('tools/call', () => {
      for (const item of 'abcd') outbox.add(item);
    });
    await outbox.flush();
    call.run('tools/call', () => outbox.add('e'));
    await call.run('tools/call', () => outbox.flush());
    expect(seen).toEqual([undefined, undefined]);
  });

  it.each([429, 502, 503, 504])('repeats a batch after a %s, with the same bytes', async (status) => {
    receiver.answer({ status }, { status }, { status: 200 });
    const outbox = openOutbox();
    outbox.add('a');
    await outbox.flush();
    const [first, ...others] = receiver.requests.map(({ bytes }) => bytes.toString('hex'));
    expect(others).toEqual([first, first]);
    expect({ sent: outbox.sent, pauses: asked.length }).toEqual({ sent: 1, pauses: 2 });
  });

  it('repeats a batch whose connection was cut', async () => {
    receiver.answer({ status: 0, cut: true });
    const outbox = openOutbox();
    outbox.add('a');
    await outbox.flush();
    expect({ requests: receiver.requests.length, sent: outbox.sent }).toEqual({ requests: 2, sent: 1 });
  });

  it('waits as long as it is asked to', async () => {
    receiver.answer({ status: 503, headers: { 'retry-after': '7' } }, { status: 429 });
    const outbox = openOutbox();
    outbox.add('a');
    await outbox.flush();
    expect(asked).toEqual([7_000, expect.any(Number)]);
    expect(asked[1]).toBeGreaterThanOrEqual(1_000);
    expect(asked[1]).toBeLessThanOrEqual(2_000);
  });

  it.each([400, 401, 413, 500, 301])('does not repeat after a %s: the batch is dropped and counted', async (status) => {
    receiver.answer({ status });
    const outbox = openOutbox();
    outbox.add('a');
    outbox.add('b');
    await outbox.flush();
    expect({ requests: receiver.requests.length, refused: lost('refused'), sent: outbox.sent }).toEqual({
      requests: 1,
      refused: 2,
      sent: 0,
    });
  });

  it('gives a batch up after eight attempts, and goes on with the next', async () => {
    receiver.answer(...Array.from({ length: 8 }, () => ({ status: 503 })));
    const outbox = openOutbox({ batchItems: 1 });
    outbox.add('a');
    outbox.add('b');
    await outbox.flush();
    expect({ requests: receiver.requests.length, lost: lost('undelivered'), sent: outbox.sent }).toEqual({ requests: 9, lost: 1, sent: 1 });
  });

  it('drops and counts what is beyond its bounds, of what waits and what is under way together', async () => {
    const outbox = openOutbox({ batchItems: 100, maxBytes: 20 });
    for (let i = 0; i < 12; i++) outbox.add('x');
    expect(lost('queue_full')).toBe(2);
    await outbox.flush();
    outbox.add('x'.repeat(21));
    expect(lost('queue_full')).toBe(3);
    outbox.add('x'.repeat(20));
    expect(lost('queue_full')).toBe(3);
    outbox.add('x');
    expect(lost('queue_full')).toBe(4);
    await outbox.flush();
    expect(outbox.sent).toBe(11);
  });

  it('drains without pauses: each batch has one attempt more', async () => {
    receiver.answer({ status: 503 }, { status: 503 });
    const outbox = openOutbox();
    for (const item of 'abcde') outbox.add(item);
    await outbox.drain(10_000);
    expect(asked.length).toBeLessThanOrEqual(1);
    expect(lost('undelivered') + outbox.sent).toBe(5);
    outbox.add('f');
    await outbox.flush();
    expect(lost('undelivered') + outbox.sent).toBe(6);
  });

  it('is closed in its time where the house hangs, and counts what did not leave', async () => {
    const outbox = openOutbox({
      post: (_body, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve({ status: 0, retryAfterMs: undefined, text: '' }))),
    });
    outbox.add('a');
    await outbox.close(20);
    outbox.add('b');
    expect(lost('shutdown')).toBe(2);
  });

  it('survives an encoder that throws', async () => {
    const outbox = openOutbox({
      encode: () => {
        throw new Error('no JSON');
      },
    });
    outbox.add('a');
    await outbox.flush();
    expect({ lost: lost('internal_error'), errors: diagnostics().internalErrors - before.internalErrors }).toEqual({ lost: 1, errors: 1 });
  });
});
