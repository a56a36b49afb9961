import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { RecordingDatadog } from './recording-datadog.contract.ts';
import { type DatadogSeries, sendSeries } from './send-series.ts';

const apiKey = '0123456789abcdef0123456789abcdef';
const now = Date.UTC(2026, 4, 6, 10);
const { signal } = new AbortController();

let datadog: RecordingDatadog;
beforeEach(async () => {
  datadog = await RecordingDatadog.start(apiKey, () => now);
});
afterEach(() => datadog.close());

const account = () => ({ apiKey, url: datadog.url });
const seriesOf = (count: number, tag: () => string): DatadogSeries[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ metric: `beaconhouse.rum.m${index}.p75`, type: 3 as const, points: [{ timestamp: now / 1_000, value: index }], tags: [tag()] },
  }));

it('sends nothing where there is nothing', async () => {
  expect(await sendSeries([], account(), signal)).toEqual({ result: 'delivered', requests: 0, bytes: 0 });
  expect(datadog.requestedAt).toEqual([]);
});

it('sends what fits into one request as one', async () => {
  const sent = await sendSeries(
    seriesOf(5_000, () => 'service:chat'),
    account(),
    signal,
  );
  expect([sent, datadog.seriesRequests, datadog.refusals]).toEqual([expect.objectContaining({ requests: 1 }), [5_000], []]);
});

it('sends in several requests what would be too large on the way, or unpacked', async () => {
  // Hex cannot be packed into less than half.
  await sendSeries(
    seriesOf(12_000, () => `service:${randomBytes(90).toString('hex')}`),
    account(),
    signal,
  );
  const ofRandom = datadog.seriesRequests.splice(0);
  expect([ofRandom.length > 2, ofRandom.reduce((sum, one) => sum + one, 0), datadog.points.size]).toEqual([true, 12_000, 12_000]);
  await sendSeries(
    seriesOf(20_000, () => `service:${'x'.repeat(190)}`),
    account(),
    signal,
  );
  expect([datadog.seriesRequests.length > 1, datadog.refusals]).toEqual([true, []]);
});

it('stops at the first part that is not taken', async () => {
  datadog.answer({ status: 403 });
  const sent = await sendSeries(
    seriesOf(12_000, () => `service:${randomBytes(90).toString('hex')}`),
    account(),
    signal,
  );
  expect([sent, datadog.requestedAt.length]).toEqual([{ result: 'refused', reason: 'HTTP 403 {"errors":["as scripted"]}' }, 1]);
});

it('says what can be tried again, and when', async () => {
  datadog.answer({ status: 429, headers: { 'retry-after': '7' } }, { status: 503 }, { status: 0, hangUp: true });
  const sent = [];
  for (let i = 0; i < 3; i += 1)
    sent.push(
      await sendSeries(
        seriesOf(1, () => 'env:x'),
        account(),
        signal,
      ),
    );
  expect(sent).toMatchObject([
    { result: 'later', retryAfterMs: 7_000 },
    { result: 'later', retryAfterMs: null },
    { result: 'later', reason: expect.any(String), retryAfterMs: null },
  ]);
  const wrongKey = await sendSeries(
    seriesOf(1, () => 'env:x'),
    { ...account(), apiKey: 'wrong' },
    signal,
  );
  expect(wrongKey).toEqual({ result: 'refused', reason: 'HTTP 403 {"errors":["Forbidden"]}' });
});

it('ends with its signal', async () => {
  await expect(
    sendSeries(
      seriesOf(1, () => 'env:x'),
      account(),
      AbortSignal.abort(new Error('stopped')),
    ),
  ).rejects.toThrow('stopped');
});
