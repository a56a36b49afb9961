import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Block, EmbeddedStream, EmbeddedWarehouse, migrate, type OutgoingMessage, openChdbEngine, SystemClock } from '#platform';
import { Loader } from './loader.ts';
import { RemovedRepeats } from './removed-repeats.ts';
import { replayDeadLetters } from './replay.ts';

const clock = new SystemClock();
const retention = { rawDays: 30, minuteDays: 90, hourDays: 400 };
const log = pino({ level: 'silent' });

const row = (fields: object) =>
  `${JSON.stringify({ tenant: 't', app: 'a', env: 'e', metric: 'LCP', ts: clock.now(), received_at: clock.now(), value: 1, ...fields })}\n`;
const repeatOf = (sent: readonly OutgoingMessage[]): Block => ({
  ...{ topic: 'rum', partition: 0, repeated: true },
  ...{ first: 0, last: sent.length - 1, messages: sent.map((one, offset) => ({ ...one, offset, storedAt: clock.now() })) },
});
const message = (value: string, events = 1) => ({
  key: 'k',
  headers: { tenant: 't', keyId: 'web', events, beaconId: '' },
  value: Buffer.from(value),
});

describe('Loader', () => {
  let dir: string;
  let warehouse: EmbeddedWarehouse;
  let stream: EmbeddedStream;
  let loader: Loader;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'loader-'));
    warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir: dir, clock }));
    await migrate(warehouse, retention);
  });
  afterAll(async () => {
    await warehouse.close();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    for (const table of ['rum_events', 'rum_1m', 'rum_1h', 'rum_shape_client_1h', 'rum_shape_place_1h', 'outcomes_1m', 'dead_letter'])
      await warehouse.run(`TRUNCATE TABLE ${table}`);
    stream = await EmbeddedStream.open({ dir: await mkdtemp(join(dir, 'stream-')), clock });
    loader = new Loader({ stream, warehouse, clock, log, singleWriter: true });
  });
  afterEach(async () => {
    await loader.stop();
    await stream.close();
  });

  async function loadAll(): Promise<void> {
    await loader.start();
    while ((await stream.lag('rum', 'loader')).messages > 0) await clock.sleep(10);
  }
  const ask = (sql: string) => warehouse.ask<Record<string, unknown>>({ sql });

  it('stores every event with its identity and counts it', async () => {
    await stream.publish('rum', [message(row({ value: 1 }) + row({ value: 2 }), 2), message(row({ value: 3 }))]);
    await loadAll();
    expect(await ask('SELECT value, src_offset, src_index FROM rum_events ORDER BY value')).toEqual([
      { value: 1, src_offset: '0', src_index: 0 },
      { value: 2, src_offset: '0', src_index: 1 },
      { value: 3, src_offset: '1', src_index: 0 },
    ]);
    expect(await ask('SELECT tenant, key_id, outcome, beacons, events FROM outcomes_1m FINAL')).toEqual([
      { tenant: 't', key_id: 'web', outcome: 'stored', beacons: '2', events: '3' },
    ]);
  });

  it.each([
    ['a row the table refuses', row({ rating: 'excellent' }), 'row_refused'],
    ['a value that is no row', 'not json\n', 'message_invalid'],
  ])('puts %s aside with its bytes, and stores its neighbours', async (_name, spoiled, reason) => {
    const good = Array.from({ length: 20 }, (_, i) => message(row({ value: i })));
    await stream.publish('rum', [...good.slice(0, 7), message(spoiled, 4), ...good.slice(7)]);
    await loadAll();
    expect(await ask('SELECT count() AS n, uniqExact(value) AS values FROM rum_events')).toEqual([{ n: '20', values: '20' }]);
    expect(await ask('SELECT topic, table, reason, tenant, key_id, events, raw, src_offset FROM dead_letter')).toEqual([
      { topic: 'rum', table: 'rum_events', reason, tenant: 't', key_id: 'web', events: 4, raw: spoiled, src_offset: '7' },
    ]);
    expect(await ask('SELECT outcome, reason, sum(events) AS n FROM outcomes_1m GROUP BY ALL ORDER BY outcome')).toEqual([
      { outcome: 'dead_lettered', reason, n: '4' },
      { outcome: 'stored', reason: '', n: '20' },
    ]);
  });

  it('repeats nothing when a block is loaded again under its token', async () => {
    const sent = [message(row({ value: 1 })), message(row({ rating: 'excellent' }))];
    await stream.publish('rum', sent);
    await loadAll();
    await loader.load(repeatOf(sent));
    const counts =
      'SELECT (SELECT count() FROM rum_events) AS raw, (SELECT sum(n) FROM rum_1m) AS minutes, (SELECT count() FROM dead_letter) AS dead, (SELECT sum(events) FROM outcomes_1m) AS counted';
    expect(await ask(counts)).toEqual([{ raw: '1', minutes: '1', dead: '1', counted: '2' }]);
  });

  it('leaves aside what an earlier attempt put aside, though the table takes it by now', async () => {
    const sent = [message(row({ value: 1 })), message(row({ value: 2 }))];
    const dead = {
      topic: 'rum',
      table: 'rum_events',
      reason: 'row_refused',
      detail: 'then',
      tenant: 't',
      key_id: 'web',
      at: clock.now(),
      events: 1,
    };
    const buried = `${JSON.stringify({ ...dead, raw: sent[1]!.value.toString(), src_partition: 0, src_offset: 1 })}\n`;
    await warehouse.insert({ table: 'dead_letter', token: 'rum:0:0-1:dead', rows: Buffer.from(buried) });
    await loader.load(repeatOf(sent));
    expect(await ask('SELECT value FROM rum_events')).toEqual([{ value: 1 }]);
    expect(await ask('SELECT outcome, reason, sum(events) AS n FROM outcomes_1m GROUP BY ALL ORDER BY outcome')).toEqual([
      { outcome: 'dead_lettered', reason: 'row_refused', n: '1' },
      { outcome: 'stored', reason: '', n: '1' },
    ]);
  });

  it('puts more of a block aside than an earlier attempt did', async () => {
    const spoiled = (rating: string) => message(row({ rating }));
    const sent = [spoiled('excellent'), message(row({ value: 1 })), spoiled('splendid')];
    const one = { ...repeatOf(sent), repeated: false };
    // The first attempt met a table that took the last message, and died before it stored anything.
    await loader.load({ ...one, messages: [one.messages[0]!] });
    await warehouse.run('TRUNCATE TABLE outcomes_1m');
    await loader.load(repeatOf(sent));
    expect(await ask('SELECT src_offset FROM dead_letter ORDER BY src_offset')).toEqual([{ src_offset: '0' }, { src_offset: '2' }]);
    expect(await ask('SELECT value FROM rum_events')).toEqual([{ value: 1 }]);
  });

  it('stores nothing of a block that was taken away', async () => {
    const taken = AbortSignal.abort(new Error('another member has it'));
    await expect(loader.load(repeatOf([message(row({ value: 1 }))]), taken)).rejects.toThrow('another member has it');
    expect(await ask('SELECT count() AS n FROM rum_events')).toEqual([{ n: '0' }]);
  });

  describe('where several gateways write', () => {
    const beacon = (beaconId: string, value: number) => {
      const one = message(row({ value }));
      return { ...one, headers: { ...one.headers, beaconId } };
    };
    const blockAt = (first: number, sent: readonly OutgoingMessage[]): Block => ({
      ...{ topic: 'rum', partition: 3, first, last: first + sent.length - 1, repeated: false },
      messages: sent.map((one, index) => ({ ...one, offset: first + index, storedAt: clock.now() })),
    });
    const stored = async () => (await ask('SELECT value FROM rum_events ORDER BY value')).map(({ value }) => value);

    it('stores a beacon once that stands on the stream twice, in one block or in two, and counts what it left out', async () => {
      const several = new Loader({ stream, warehouse, clock, log, singleWriter: false, repeats: new RemovedRepeats(stream) });
      await several.load(blockAt(0, [beacon('a', 1), beacon('b', 2), beacon('a', 3), beacon('', 4), beacon('', 5)]));
      await several.load(blockAt(5, [beacon('b', 6), beacon('c', 7)]));
      expect(await stored()).toEqual([1, 2, 4, 5, 7]);
      expect(await ask('SELECT outcome, reason, sum(beacons) AS n FROM outcomes_1m GROUP BY ALL ORDER BY outcome')).toEqual([
        { outcome: 'removed', reason: 'duplicate', n: '2' },
        { outcome: 'stored', reason: '', n: '5' },
      ]);
    });

    it('does not take a block that is tried again for repeats of itself', async () => {
      const several = new Loader({ stream, warehouse, clock, log, singleWriter: false, repeats: new RemovedRepeats(stream) });
      const block = blockAt(0, [beacon('a', 1), beacon('b', 2)]);
      await expect(several.load(block, AbortSignal.abort(new Error('away')))).rejects.toThrow('away');
      await several.load({ ...block, repeated: true });
      expect(await stored()).toEqual([1, 2]);
    });
  });

  describe('a replay of the dead letters', () => {
    const replay = (dryRun: boolean) => replayDeadLetters(warehouse, { reason: 'row_refused', dryRun }, clock, () => {});
    const mended = row({ value: 2 });
    const letters = async () => {
      const common = { topic: 'rum', table: 'rum_events', reason: 'row_refused', detail: '', tenant: 't', key_id: 'web', at: clock.now() };
      const rows = [mended + mended, row({ rating: 'excellent' })].map((raw, offset) => ({
        ...common,
        events: 2 - offset,
        raw,
        src_offset: offset,
      }));
      await warehouse.insert({
        table: 'dead_letter',
        token: String(clock.now()),
        rows: Buffer.from(rows.map((one) => JSON.stringify(one)).join('\n')),
      });
    };
    const counted = () =>
      ask('SELECT outcome, sum(beacons) AS beacons, sum(events) AS events FROM outcomes_1m GROUP BY outcome ORDER BY outcome');

    it('tells without storing anything what the tables would take', async () => {
      await letters();
      const report = await replay(true);
      expect(report).toMatchObject({ found: 2, taken: { messages: 1, events: 2 } });
      expect(Object.entries(report.refused)).toEqual([[expect.stringContaining('rating'), 1]]);
      expect(await ask('SELECT (SELECT count() FROM rum_events) AS rows, (SELECT count() FROM dead_letter) AS letters')).toEqual([
        { rows: '0', letters: '2' },
      ]);
    });

    it('stores what they take under its identity, once, and leaves the rest', async () => {
      await letters();
      expect(await replay(false)).toMatchObject({ found: 2, taken: { messages: 1, events: 2 } });
      // As after a crash before the letter was taken away.
      await letters();
      await replay(false);
      expect(await ask('SELECT src_offset, src_index FROM rum_events ORDER BY src_index')).toEqual([
        { src_offset: '0', src_index: 0 },
        { src_offset: '0', src_index: 1 },
      ]);
      expect(await ask('SELECT src_offset FROM dead_letter GROUP BY src_offset')).toEqual([{ src_offset: '1' }]);
      expect(await counted()).toEqual(['replayed', 'stored'].map((outcome) => ({ outcome, beacons: '1', events: '2' })));
    });
  });

  it('mends a block whose token is known and whose rows are missing', async () => {
    const sent = [message(row({ value: 1 })), message(row({ value: 2 }))];
    await stream.publish('rum', sent);
    await loadAll();
    await warehouse.run('ALTER TABLE rum_events DELETE WHERE value = 2 SETTINGS mutations_sync = 2');
    await loader.load(repeatOf(sent));
    const sums =
      'SELECT (SELECT sum(value) FROM rum_events) AS raw, (SELECT sum(s) FROM rum_1m) AS minutes, (SELECT sum(s) FROM rum_1h) AS hours';
    expect(await ask(sums)).toEqual([{ raw: 3, minutes: 3, hours: 3 }]);
    const bins = (table: string) => ask(`SELECT sumMap(shape) AS shape FROM ${table}`);
    // floor(ln(1000) / ln(1.05)) and floor(ln(2000) / ln(1.05)).
    for (const table of ['rum_shape_client_1h', 'rum_shape_place_1h'])
      expect(await bins(table)).toEqual([
        {
          shape: [
            [141, 155],
            [1, 1],
          ],
        },
      ]);
  });

  it("adds the gateway's counts to the ledger", async () => {
    const counts = {
      tenant: 't',
      key_id: 'web',
      outcome: 'received',
      reason: '',
      t: Math.floor(clock.now() / 60_000) * 60,
      beacons: 3,
      events: 9,
    };
    await loader.start();
    await stream.publish('outcomes', [message(`${JSON.stringify(counts)}\n`)]);
    while ((await stream.lag('outcomes', 'loader')).messages > 0) await clock.sleep(10);
    expect(await ask('SELECT outcome, beacons, events FROM outcomes_1m FINAL')).toEqual([
      { outcome: 'received', beacons: '3', events: '9' },
    ]);
  });
});
