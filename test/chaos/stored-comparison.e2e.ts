import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { StandaloneProcess } from '../e2e/standalone-process.ts';
import { BeaconBook } from './beacon-book.ts';
import { BeaconLoad } from './beacon-load.ts';
import { BeaconScript, storedPlace, storedSerial } from './beacon-script.ts';
import { anyDoubled, compareStored, problemsOf } from './stored-comparison.ts';

describe('the comparison of what was sent with what is stored', () => {
  const script = new BeaconScript(Date.now(), 1);
  const book = new BeaconBook();
  let product: StandaloneProcess;

  beforeAll(async () => {
    product = await StandaloneProcess.start();
    const load = new BeaconLoad({ script, book, ports: [product.ports.http], connections: 8 });
    while (book.acknowledged < 500) await new Promise((resolve) => setTimeout(resolve, 20));
    await load.finish();
    await product.whenLoaded();
    await product.ask('CREATE TABLE untouched ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM rum_events');
  });
  afterEach(async () => {
    await product.ask('TRUNCATE TABLE dead_letter');
    await product.ask('TRUNCATE TABLE rum_events');
    // The rollups keep what they were told; without their views they are told nothing twice.
    await product.ask('DROP VIEW IF EXISTS rum_1m_mv');
    await product.ask('INSERT INTO rum_events SELECT * FROM untouched');
  });
  afterAll(() => product.dispose());

  const change = (what: string) => product.ask(`ALTER TABLE rum_events ${what} SETTINGS mutations_sync = 1`);
  const row = (n: number, place = 0) => `${storedSerial} = ${n} AND ${storedPlace} = ${place}`;
  /** A beacon of several events. */
  const several = () => Array.from({ length: 500 }, (_, n) => n).find((n) => script.countOf(n) > 2)!;
  const found = async () => problemsOf(await compareStored(product, script, book));

  it('finds nothing where all is as it was sent', async () => {
    expect(await found()).toEqual([]);
  });

  it('finds a beacon that is gone', async () => {
    await change(`DELETE WHERE ${storedSerial} = 7`);
    expect(await found()).toEqual(expect.arrayContaining(['lost: 1', expect.stringMatching(/^rollups apart/)]));
  });

  it('finds a beacon of which one event is gone', async () => {
    await change(`DELETE WHERE ${row(several(), 1)}`);
    expect(await found()).toContain('lost: 1');
  });

  it('takes a beacon in the dead letters for kept', async () => {
    const raw = 'concat(\'{"span_id":"\', toString(span_id), \'"}\')';
    await product.ask(`INSERT INTO dead_letter (topic, raw, at) SELECT 'rum', ${raw}, now64(3) FROM rum_events WHERE ${row(7)}`);
    await change(`DELETE WHERE ${storedSerial} = 7`);
    const comparison = await compareStored(product, script, book);
    expect([comparison.deadLettered, comparison.lost.count]).toEqual([1, 0]);
  });

  it('finds a beacon that is stored twice', async () => {
    await product.ask(`INSERT INTO rum_events SELECT * FROM untouched WHERE ${row(7)}`);
    expect(await found()).toContain('doubled: 1');
    const looks = await Promise.all(Array.from({ length: 16 }, (_, look) => anyDoubled(product, script, look)));
    expect(looks.filter((seen) => seen)).toHaveLength(1);
  });

  it('finds an event that stands in the place of another', async () => {
    const n = several();
    await change(`DELETE WHERE ${row(n, 1)}`);
    await product.ask(`INSERT INTO rum_events SELECT * FROM untouched WHERE ${row(n, 0)}`);
    expect(await found()).toContain('doubled: 1');
  });

  it.each([
    ['value', 'value = value + 0.001'],
    ['tool', "tool = 'other'"],
    ['trace', 'trace_id = generateUUIDv4()'],
    ['place', 'src_index = 9'],
  ])('finds a beacon with another %s', async (_, assignment) => {
    await change(`UPDATE ${assignment} WHERE ${row(7)}`);
    expect(await found()).toContain('altered: 1');
  });

  it('finds a beacon that was moved in time', async () => {
    await product.ask(
      `INSERT INTO rum_events SELECT * REPLACE (ts + INTERVAL 1 SECOND AS ts) FROM untouched WHERE ${row(7)} SETTINGS insert_deduplicate = 0`,
    );
    await change(`DELETE WHERE ${row(7)} AND ts = (SELECT min(ts) FROM untouched WHERE ${row(7)})`);
    expect(await found()).toContain('altered: 1');
  });

  it.each([
    ['nobody sent', 'bitOr(bitAnd(span_id, 0xffff0000000000ff), toUInt64(0xfffffffff00))'],
    ['another run sent', 'bitXor(span_id, bitShiftLeft(toUInt64(1), 48))'],
  ])('finds a beacon that %s', async (_, span) => {
    await product.ask(`INSERT INTO rum_events SELECT * REPLACE (${span} AS span_id) FROM (SELECT * FROM untouched WHERE ${row(7)})`);
    expect(await found()).toContain('invented: 1');
  });

  it('finds an unacknowledged beacon that is stored in part', async () => {
    const unsure = new BeaconBook();
    for (let n = 0; n < book.sent; n += 1) unsure.settle(unsure.next(), false);
    await change(`DELETE WHERE ${row(several(), 1)}`);
    const comparison = await compareStored(product, script, unsure);
    expect([comparison.lost.count, comparison.altered.count]).toEqual([0, 1]);
  });
});
