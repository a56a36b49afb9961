import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Counter, Registry } from 'prom-client';
import type { Finding } from '#contracts';
import { EmbeddedStream, ManualClock } from '#platform';
import { RecordingDatadog } from '../../../platform/src/datadog/recording-datadog.contract.ts';
import { type TellDatadogParts, tellDatadog } from './tell-datadog.ts';

const apiKey = '0123456789abcdef0123456789abcdef';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const start = Date.UTC(2026, 4, 6, 10);

let dir: string;
let clock: ManualClock;
let stream: EmbeddedStream;
let datadog: RecordingDatadog;
let counter: Counter;
let logged: string[];
let end: (() => Promise<void>) | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-datadog-'));
  clock = new ManualClock(start);
  stream = await EmbeddedStream.open({ dir, clock });
  datadog = await RecordingDatadog.start(apiKey, () => clock.now());
  counter = new Counter({ name: 'notices', help: 'notices', labelNames: ['channel', 'result'], registers: [new Registry()] });
  logged = [];
});
afterEach(async () => {
  await end?.();
  end = undefined;
  await stream.close();
  await datadog.close();
  await rm(dir, { recursive: true, force: true });
});

async function startTelling(changes: Partial<TellDatadogParts> = {}): Promise<void> {
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
  end = await tellDatadog({ stream, clock, log, datadog: { apiKey, url: datadog.url }, notices: counter, random: () => 1, ...changes });
}

let names = 0;
const finding = (changes: Partial<Finding> = {}): Finding => ({
  ...{ tenant: 'shop', id: `finding-${names++}`, kind: 'budget', state: 'open', at: clock.now(), since: clock.now(), severity: 'high' },
  ...{
    title: 'LCP p75 is over its budget',
    metric: 'LCP',
    subject: { route: '/' },
    value: 3_100,
    reference: 2_500,
    unit: 'ms',
    detail: '{}',
  },
  ...changes,
});
const publish = (...values: readonly (Finding | string)[]) =>
  stream.publish(
    'findings',
    values.map((value) => ({
      ...{ key: 'k', headers: { tenant: 'shop', keyId: '', events: 1, beaconId: '' } },
      value: Buffer.from(typeof value === 'string' ? value : `${JSON.stringify(value)}\n`),
    })),
  );

/** Moves the time on only while somebody sleeps: what waits for the receiver takes as long as it takes. */
async function until(done: () => boolean | Promise<boolean>, stepMs = 1_000): Promise<void> {
  for (let turns = 0; !(await done()); turns += 1) {
    if (turns > 20_000) throw new Error(`it never became true: ${done}`);
    if (clock.sleeping > 0) await clock.advance(stepMs);
    else await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
const allTold = async () => (await stream.lag('findings', 'datadog')).messages === 0;
const counts = async () => Object.fromEntries((await counter.get()).values.map(({ labels, value }) => [labels.result, value]));
const pauses = () => datadog.requestedAt.slice(1).map((when, i) => when - datadog.requestedAt[i]!);

describe('Datadog', () => {
  it('is told every finding once, in order', async () => {
    await startTelling();
    await publish(finding({ title: 'one' }), finding({ title: 'two', state: 'resolved' }), finding({ title: 'three', severity: 'medium' }));
    await until(allTold);
    expect(datadog.events.map(({ title, alert_type }) => [title, alert_type])).toEqual([
      ['one', 'error'],
      ['two', 'success'],
      ['three', 'warning'],
    ]);
    expect([datadog.refusals, await counts()]).toEqual([[], { delivered: 3 }]);
  });

  it('is told what was found while nobody told it', async () => {
    await publish(finding());
    await clock.advance(3 * hourMs);
    await startTelling();
    await until(allTold);
    expect(datadog.events).toHaveLength(1);
  });

  it('is not told what stood on the stream for longer than it takes events for', async () => {
    await publish(finding());
    await clock.advance(19 * hourMs);
    await publish(finding({ title: 'fresh' }));
    await startTelling();
    await until(allTold);
    expect(datadog.events.map(({ title }) => title)).toEqual(['fresh']);
    expect(await counts()).toEqual({ too_old: 1, delivered: 1 });
  });

  it.each([
    ['too many requests', { status: 429 }],
    ['an error of its own', { status: 503 }],
    ['a connection that breaks', { status: 0, hangUp: true as const }],
  ])('is tried again after %s, with growing pauses', async (_, answer) => {
    datadog.answer(answer, answer, answer);
    await startTelling();
    await publish(finding());
    await until(allTold);
    expect(datadog.events).toHaveLength(1);
    expect(pauses().map((ms) => Math.round(ms / 1_000))).toEqual([1, 2, 4]);
  });

  it.each([
    ['in seconds', '90'],
    ['as a date', new Date(start + 90_000).toUTCString()],
  ])('is left alone for as long as it asks, %s', async (_, retryAfter) => {
    datadog.answer({ status: 429, headers: { 'retry-after': retryAfter } });
    await startTelling();
    await publish(finding(), finding());
    await until(allTold);
    expect(datadog.events).toHaveLength(2);
    expect(pauses()[0]).toBeGreaterThanOrEqual(90_000);
    expect(pauses()[0]).toBeLessThan(95_000);
  });

  it.each([400, 403, 404, 413, 302])('is not asked again what it answered %d, and the next finding goes on', async (status) => {
    datadog.answer({ status, headers: { location: `${datadog.url}/api/v1/events` } });
    await startTelling();
    await publish(finding({ title: 'refused' }), finding({ title: 'taken' }));
    await until(allTold);
    expect([datadog.requestedAt.length, datadog.events.map(({ title }) => title)]).toEqual([2, ['taken']]);
    expect(await counts()).toEqual({ refused: 1, delivered: 1 });
    expect(logged.join('')).toContain(`HTTP ${status}`);
  });

  it('is given up after an hour, and the next finding goes on', async () => {
    datadog.answer(...Array.from({ length: 100 }, () => ({ status: 500 })));
    await startTelling();
    await publish(finding({ title: 'lost' }));
    await until(allTold, minuteMs);
    expect(clock.now() - start).toBeGreaterThan(45 * minuteMs);
    expect(clock.now() - start).toBeLessThan(61 * minuteMs);
    expect(await counts()).toEqual({ given_up: 1 });
    expect(logged.join('')).toContain('lost');
  });

  it('that was away while the house was down has several attempts all the same', async () => {
    await publish(finding());
    await clock.advance(5 * hourMs);
    datadog.answer({ status: 503 }, { status: 503 });
    await startTelling();
    await until(allTold);
    expect(datadog.events).toHaveLength(1);
  });

  it('is told after the next start what was not delivered at the end', async () => {
    datadog.answer({ status: 503, headers: { 'retry-after': '600' } });
    await startTelling();
    await publish(finding({ title: 'late' }));
    await until(() => datadog.requestedAt.length === 1 && clock.sleeping > 0);
    await end!();
    expect(datadog.events).toEqual([]);
    await startTelling();
    await until(allTold);
    expect(datadog.events.map(({ title }) => title)).toEqual(['late']);
  });

  it.each([
    'not json\n',
    '{}\n',
    `${JSON.stringify({ ...finding0(), severity: 'loud' })}\n`,
    `${JSON.stringify({ ...finding0(), detail: 'none' })}\n`,
  ])('is not told %j, which is no finding', async (value) => {
    await startTelling();
    await publish(value, finding());
    await until(allTold);
    expect([datadog.events.length, await counts()]).toEqual([1, { invalid: 1, delivered: 1 }]);
  });

  it('never has its key in a log', async () => {
    datadog.answer({ status: 403 }, { status: 500 });
    await startTelling();
    await publish(finding(), finding(), 'not json\n');
    await until(allTold);
    expect(logged.length).toBeGreaterThan(2);
    expect(logged.join('')).not.toContain(apiKey);
  });
});

/** Before the clock is set. */
function finding0() {
  return {
    ...{ tenant: 'shop', id: 'x', kind: 'budget', state: 'open', at: start, since: start, severity: 'high', title: 't', metric: 'LCP' },
    subject: {},
    value: 1,
    reference: 1,
    unit: '',
    detail: '{}',
  };
}
