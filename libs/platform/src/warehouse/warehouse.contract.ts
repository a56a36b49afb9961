import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noon, rumLines, type TestRow, variedRows } from './test-rows.contract.ts';
import { QuestionRefused, RowsRefused, type Warehouse, WarehouseBusy } from './warehouse.ts';

export interface WarehouseUnderTest {
  /** Migrated. */
  readonly warehouse: Warehouse;
  /** Stops the engine and starts it again on the same data. */
  restart(): Promise<Warehouse>;
  close(): Promise<void>;
}

/** What every adapter of the Warehouse port promises. Tenants keep the tests apart. */
export function warehouseContract(open: () => Promise<WarehouseUnderTest>): void {
  let place: WarehouseUnderTest;
  let warehouse: Warehouse;

  beforeAll(async () => {
    place = await open();
    warehouse = place.warehouse;
  });
  afterAll(() => place.close());

  const insert = (token: string, rows: readonly TestRow[]) => warehouse.insert({ table: 'rum_events', token, rows: rumLines(rows) });
  const stored = (tenant: string) => countOf(warehouse, tenant);

  describe('an insert', () => {
    it('keeps every value, times in milliseconds and whole numbers of 64 bits', async () => {
      const ts = noon + 123;
      await insert('values', [{ tenant: 'values', ts, weight: 4, attrs: { "it's": 'a\tb\\' } }]);
      const sql =
        'SELECT toUnixTimestamp64Milli(ts) AS ts, session_id, trace_id, weight, rating, attrs FROM rum_events WHERE tenant = {t:String}';
      expect(await warehouse.ask({ sql, params: { t: 'values' } })).toEqual([
        {
          ts: String(ts),
          session_id: '18446744073709551615',
          trace_id: '01234567-89ab-cdef-0123-456789abcdef',
          weight: 4,
          rating: 'good',
          attrs: { "it's": 'a\tb\\' },
        },
      ]);
    });

    it('under a token that is known stores nothing, whatever the rows', async () => {
      await insert('again', [{ tenant: 'again' }]);
      await insert('again', [{ tenant: 'again' }]);
      await insert('again', [{ tenant: 'again', value: 7 }, { tenant: 'again' }]);
      expect(await stored('again')).toEqual({ raw: 1, minutes: 1, hours: 1 });
    });

    it('under another token stores the same rows once more', async () => {
      await insert('one', [{ tenant: 'same' }]);
      await insert('two', [{ tenant: 'same' }]);
      expect(await stored('same')).toEqual({ raw: 2, minutes: 2, hours: 2 });
    });

    it('that comes twice at the same moment is stored once', async () => {
      const rows = variedRows(200, { tenant: 'twins' });
      await Promise.all([1, 2, 3, 4].map(() => insert('twins', rows)));
      expect(await stored('twins')).toEqual({ raw: 200, minutes: 180, hours: 180 });
    });

    it('over several days is stored once, in every rollup too', async () => {
      const rows = variedRows(300, { tenant: 'days', ts: noon - 2 * 86_400_000, spanMs: 3 * 86_400_000 });
      for (let time = 0; time < 3; time += 1) await insert('days', rows);
      expect(await stored('days')).toEqual({ raw: 300, minutes: 270, hours: 270 });
    });

    it('is still known after the engine was started again', async () => {
      const rows = variedRows(100, { tenant: 'restart' });
      await insert('restart', rows);
      warehouse = await place.restart();
      await insert('restart', rows);
      expect(await stored('restart')).toEqual({ raw: 100, minutes: 90, hours: 90 });
    });
  });

  describe('rows that do not fit', () => {
    const bad: [string, TestRow][] = [
      ['value', { tenant: 'bad', value: 'slow' as unknown as number }],
      ['rating', { tenant: 'bad', rating: 'splendid' }],
      ['session_id', { tenant: 'bad', session_id: 'me' }],
      ['trace_id', { tenant: 'bad', trace_id: '12' }],
      ['colour', { tenant: 'bad', colour: 'red' }],
    ];
    it.each(bad)('in column %s are refused by its name, and their block is not stored', async (column, row) => {
      const refusal = await insert(`bad-${column}`, [{ tenant: 'bad' }, row]).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(RowsRefused);
      expect((refusal as Error).message).toContain(column);
      expect(await stored('bad')).toEqual({ raw: 0, minutes: 0, hours: 0 });
    });

    it('leave their token free for rows that do', async () => {
      await expect(insert('mended', [{ tenant: 'mended', rating: 'splendid' }])).rejects.toThrow(RowsRefused);
      await insert('mended', [{ tenant: 'mended' }]);
      expect(await stored('mended')).toEqual({ raw: 1, minutes: 1, hours: 1 });
    });

    it('are told apart from a table that is not there yet', async () => {
      await expect(warehouse.insert({ table: 'nope', token: 'x', rows: Buffer.from('{}\n') })).rejects.toThrow(WarehouseBusy);
    });
  });

  describe('a question', () => {
    const hostile = ["'; DROP TABLE rum_events --", "\\' OR 1=1", '{t:String}', 'a\tb\nc\0', '`', '😀'];
    it.each(hostile)('takes %j as a value', async (text) => {
      const [row] = await warehouse.ask({ sql: 'SELECT {x:String} AS x, {xs:Array(String)} AS xs', params: { x: text, xs: [text, text] } });
      expect(row).toEqual({ x: text, xs: [text, text] });
    });

    it.each([
      [60, 'SELECT * FROM nope'],
      [62, 'SELEC 1'],
      [456, 'SELECT {missing:String}'],
      [164, "INSERT INTO outcomes_1m (tenant) VALUES ('x')"],
    ])('is refused with code %d: %s', async (code, sql) => {
      const refusal = await warehouse.ask({ sql }).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(QuestionRefused);
      expect(refusal).toMatchObject({ code });
    });

    it('does not see the parameters of another', async () => {
      await warehouse.ask({ sql: 'SELECT {secret:String} AS secret', params: { secret: 'x' } });
      await expect(warehouse.ask({ sql: 'SELECT {secret:String} AS secret' })).rejects.toThrow('secret');
    });

    it('ends its computation when it is aborted', async () => {
      const leaving = new AbortController();
      const answer = warehouse.ask({ sql: 'SELECT sum(sipHash64(number)) FROM numbers(1000000000000)', signal: leaving.signal });
      await running(warehouse, 1);
      leaving.abort(new Error('the reader left'));
      await expect(answer).rejects.toThrow('the reader left');
      await running(warehouse, 0);
    });
  });

  describe('rollups', () => {
    const quantiles = 'quantilesDD(0.01, 0.5, 0.75, 0.95, 0.99)';
    const merged = `sum(n) AS n, sum(s) AS s, min(mn) AS mn, max(mx) AS mx, sum(good) AS good, sum(poor) AS poor, sum(unrated) AS unrated,
      sum(bytes) AS bytes, ${quantiles.replace('DD', 'DDMerge')}(q) AS q`;
    const raw = `count() AS n, sum(value) AS s, min(value) AS mn, max(value) AS mx, countIf(rating = 'good') AS good,
      countIf(rating = 'poor') AS poor, countIf(rating = 'unknown') AS unrated, sum(response_bytes) AS bytes, ${quantiles}(value * 1e6) AS q`;
    const perRoute = (columns: string, table: string, more = '') =>
      warehouse.ask<{ s: number }>({
        sql: `SELECT metric, route, ${columns} FROM ${table} WHERE tenant = 'equal' ${more} GROUP BY metric, route ORDER BY metric, route`,
      });

    it('of minutes and hours equal the events they stand for, percentiles included', async () => {
      for (let block = 0; block < 5; block += 1) {
        await insert(`equal-${block}`, variedRows(400, { tenant: 'equal', ts: noon + block * 60_000, src_offset: block * 40 }));
      }
      const events = await perRoute(raw, 'rum_events', 'AND counted = 1');
      expect(events.length).toBe(12);
      for (const table of ['rum_1m', 'rum_1h']) {
        const cells = await perRoute(merged, table);
        const near = events.map(({ s, ...event }) => ({ ...event, s: expect.closeTo(s, 3) }));
        expect(cells).toEqual(near);
      }
    });

    it('give percentiles of values below 1 within 1 % too', async () => {
      const rows = variedRows(3000, { tenant: 'shifts', metric: 'CLS' }).map((row, index) => ({
        ...row,
        counted: 1 as const,
        value: 0.0005 * 1.001 ** index,
      }));
      await insert('shifts', rows);
      const [sketch] = await warehouse.ask<{ q: number[] }>({
        sql: `SELECT ${quantiles.replace('DD', 'DDMerge')}(q) AS q FROM rum_1h WHERE tenant = 'shifts'`,
      });
      const [exact] = await warehouse.ask<{ q: number[] }>({
        sql: `SELECT quantilesExact(0.5, 0.75, 0.95, 0.99)(value) AS q FROM rum_events WHERE tenant = 'shifts'`,
      });
      // The sketch's 1 %, and the tenth of one between a value and its neighbour.
      for (const [index, value] of exact!.q.entries()) expect(Math.abs(sketch!.q[index]! / 1e6 / value - 1)).toBeLessThan(0.011);
    });

    it('give weighted percentiles within 1 %, by multiplying each sketch with its weight', async () => {
      const rows = variedRows(3000, { tenant: 'weighted' }).map((row, index) => ({
        ...row,
        counted: 1 as const,
        weight: [1, 4, 10][index % 3]!,
      }));
      await insert('weighted', rows);
      const states = [1, 4, 10].map((weight) => `${quantiles.replace('DD', 'DDMergeStateIf')}(q, weight = ${weight}) * ${weight}`);
      const [sketch] = await warehouse.ask<{ q: number[] }>({
        sql: `SELECT arrayReduce('${quantiles.replace('DD', 'DDMerge')}', [${states}]) AS q FROM rum_1h WHERE tenant = 'weighted'`,
      });
      const [exact] = await warehouse.ask<{ q: number[] }>({
        sql: `SELECT quantilesExactWeighted(0.5, 0.75, 0.95, 0.99)(value, toUInt32(weight)) AS q FROM rum_events WHERE tenant = 'weighted'`,
      });
      const errors = exact!.q.map((value, index) => Math.abs(sketch!.q[index]! / 1e6 / value - 1));
      expect(Math.max(...errors)).toBeLessThan(0.01);
      const [plain] = await warehouse.ask<{ q: number[] }>({
        sql: `SELECT quantilesExact(0.5, 0.75, 0.95, 0.99)(value) AS q FROM rum_events WHERE tenant = 'weighted'`,
      });
      expect(plain!.q).not.toEqual(exact!.q);
    });
  });
}

async function countOf(warehouse: Warehouse, tenant: string): Promise<{ raw: number; minutes: number; hours: number }> {
  const sql = `SELECT (SELECT count() FROM rum_events WHERE tenant = {t:String}) AS raw,
    (SELECT sum(n) FROM rum_1m WHERE tenant = {t:String}) AS minutes, (SELECT sum(n) FROM rum_1h WHERE tenant = {t:String}) AS hours`;
  const [row] = await warehouse.ask<Record<'raw' | 'minutes' | 'hours', string | null>>({ sql, params: { t: tenant } });
  return { raw: Number(row!.raw), minutes: Number(row!.minutes), hours: Number(row!.hours) };
}

/** Resolves when so many of the long questions run. */
async function running(warehouse: Warehouse, wanted: number): Promise<void> {
  const sql = "SELECT count() AS n FROM system.processes WHERE query LIKE '%sipHash64(number)%' AND query NOT LIKE '%system.processes%'";
  for (;;) {
    const [row] = await warehouse.ask<{ n: string }>({ sql });
    if (Number(row!.n) === wanted) return;
  }
}
