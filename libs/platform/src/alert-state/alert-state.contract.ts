import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../jobs/job-queue.contract.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type AlertChange, AlertConflict, type AlertState } from './alert-state.ts';
import { readJournal } from './journal.ts';

/** A place where a state can be opened, left behind as by a crash, and opened again with what it kept. */
export interface AlertStateHarness {
  /** Where the journal stands. */
  readonly warehouse: Warehouse;
  open(): Promise<AlertState>;
  dispose(): Promise<void>;
}

export const at = Date.UTC(2026, 4, 6, 10);
export const change = (id: string, version: number, body: object, changes: Partial<AlertChange> = {}): AlertChange => ({
  ...{ project: 'shop', kind: 'instance', id, version, body: JSON.stringify(body) },
  ...changes,
});

interface JournalRow {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly live: number;
}

const journalOf = (warehouse: Warehouse) =>
  warehouse.ask<JournalRow>({ sql: 'SELECT DISTINCT kind, id, version, live FROM alert_journal ORDER BY kind, id, version' });

/** By id. */
export const bodiesOf = async (state: AlertState) =>
  Object.fromEntries((await state.list('instance')).map(({ id, body }) => [id, JSON.parse(body)]));

/** What every AlertState keeps, wherever its documents stand. */
export function alertStateContract(name: string, makeHarness: () => Promise<AlertStateHarness>): void {
  describe(`${name} as AlertState`, () => {
    let harness: AlertStateHarness;
    let state: AlertState;
    beforeEach(async () => {
      harness = await makeHarness();
      state = await harness.open();
    });
    afterEach(() => harness.dispose());

    const bodies = (of: AlertState = state) => bodiesOf(of);

    it('knows nothing at first', async () => {
      expect(await state.list('instance')).toEqual([]);
      expect(await state.find('instance', ['a'])).toEqual([]);
    });

    it('keeps what is written, with its version, also for whoever comes after', async () => {
      await state.write({ at, changes: [change('a', 0, { n: 1 }), change('b', 0, { text: 'ü\n"' })] });
      await state.write({ at, changes: [change('a', 1, { n: 2 })] });
      expect(await state.find('instance', ['a', 'b', 'c'])).toEqual([
        { kind: 'instance', id: 'a', version: 2, body: '{"n":2}' },
        { kind: 'instance', id: 'b', version: 1, body: JSON.stringify({ text: 'ü\n"' }) },
      ]);
      expect(await bodies(await harness.open())).toEqual({ a: { n: 2 }, b: { text: 'ü\n"' } });
    });

    it.each(['a b', 'a\nb', '1 2', '{a}:b', 'é"\\'])('takes %j for an id', async (id) => {
      await state.write({ at, changes: [change(id, 0, { id })] });
      await state.flush();
      expect(await (await harness.open()).find('instance', [id])).toEqual([
        { kind: 'instance', id, version: 1, body: JSON.stringify({ id }) },
      ]);
      expect(await journalOf(harness.warehouse)).toEqual([{ kind: 'instance', id, version: 1, live: 1 }]);
    });

    it('takes thousands of changes together', async () => {
      const text = 'x'.repeat(500);
      const changes = Array.from({ length: 3_000 }, (_, n) => change(`${n}`, 0, { text }));
      await state.write({ at, changes });
      await state.flush();
      expect(await state.list('instance')).toHaveLength(3_000);
      expect(await journalOf(harness.warehouse)).toHaveLength(3_000);
    });

    it('tells kinds apart', async () => {
      await state.write({ at, changes: [change('a', 0, { n: 1 }), change('a', 0, { n: 2 }, { kind: 'incident' })] });
      expect((await state.list('incident')).map(({ body }) => body)).toEqual(['{"n":2}']);
    });

    it.each([
      ['another version', change('a', 2, { n: 3 })],
      ['one that is there', change('a', 0, { n: 3 })],
      ['none, though one was meant', change('b', 1, { n: 3 })],
    ])('refuses a decision on %s, and everything with it', async (_, wrong) => {
      await state.write({ at, changes: [change('a', 0, { n: 1 })] });
      await expect(state.write({ at, changes: [change('c', 0, { n: 1 }), wrong] })).rejects.toThrow(AlertConflict);
      expect(await bodies()).toEqual({ a: { n: 1 } });
    });

    it('takes one of many decisions on the same version', async () => {
      await state.write({ at, changes: [change('a', 0, { n: 0 })] });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => state.write({ at, changes: [change('a', 1, { n })] })),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('counts right where many count at once, each reading again after a conflict', async () => {
      const count = async (): Promise<void> => {
        const [counter] = await state.find('instance', ['a']);
        const body = { n: (counter ? JSON.parse(counter.body).n : 0) + 1 };
        await state.write({ at, changes: [change('a', counter?.version ?? 0, body)] }).catch((error) => {
          if (!(error instanceof AlertConflict)) throw error;
          return count();
        });
      };
      await Promise.all(Array.from({ length: 12 }, count));
      expect(await bodies()).toEqual({ a: { n: 12 } });
    });

    it('writes what happened without a change', async () => {
      await state.write({ at, changes: [], records: [{ project: 'shop', kind: 'attempt', id: 't', body: '{}' }] });
      await state.flush();
      expect(await journalOf(harness.warehouse)).toEqual([{ kind: 'attempt', id: 't', version: 1, live: 0 }]);
    });

    it('has a journal that it can be made from again', async () => {
      await state.write({ at, changes: [change('a', 0, { n: 1 }), change('b', 0, { n: 1 }), change('c', 0, { n: 1 })] });
      await state.write({ at: at - 10, changes: [change('a', 1, { n: 2 }), change('b', 1, {}, { ended: true })] });
      await state.flush();
      const { documents, last } = await readJournal(harness.warehouse);
      const byId = (one: { id: string }, other: { id: string }) => one.id.localeCompare(other.id);
      expect([...documents].sort(byId)).toEqual([...(await state.list('instance'))].sort(byId));
      expect(last).toBe(at + 1);
    });

    it('lends a lease to its holder again and again, and to the next one when it was released', async () => {
      expect(await state.hold('evaluate', 'me', 60_000)).toBe(true);
      expect(await state.hold('evaluate', 'me', 60_000)).toBe(true);
      await state.release('evaluate', 'me');
      expect(await state.hold('evaluate', 'you', 60_000)).toBe(true);
    });

    it('lends a lease to nobody else while it is held, whoever wants to give it back', async () => {
      expect(await state.hold('evaluate', 'me', 60_000)).toBe(true);
      expect(await state.hold('evaluate', 'you', 60_000)).toBe(false);
      await state.release('evaluate', 'you');
      expect(await state.hold('evaluate', 'you', 60_000)).toBe(false);
      expect(await state.hold('deliver', 'you', 60_000)).toBe(true);
    });

    it('lends a lease to one of many who want it at once', async () => {
      const taken = await Promise.all(Array.from({ length: 8 }, (_, n) => state.hold('evaluate', `holder ${n}`, 60_000)));
      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    it('lends a lease that ran out to the next one, and not to the first any more', async () => {
      expect(await state.hold('evaluate', 'me', 20)).toBe(true);
      await until(() => state.hold('evaluate', 'you', 60_000));
      expect(await state.hold('evaluate', 'me', 20)).toBe(false);
    });

    it('begins anew what has ended, also within the same millisecond', async () => {
      await state.write({ at, changes: [change('a', 0, { n: 1 })] });
      await state.write({ at, changes: [change('a', 1, { n: 2 }), change('b', 0, {})] });
      await state.write({ at, changes: [change('a', 2, { n: 3 }, { ended: true })] });
      await state.write({ at: at - 5, changes: [change('a', 0, { n: 4 })] });
      await state.flush();
      const later = await harness.open();
      expect(await later.find('instance', ['a'])).toEqual([{ kind: 'instance', id: 'a', version: 1, body: '{"n":4}' }]);
      await later.write({ at: at - 5, changes: [change('a', 1, { n: 5 })] });
      expect(await bodies(await harness.open())).toEqual({ a: { n: 5 }, b: {} });
    });

    it('forgets what has ended, and the journal does not', async () => {
      await state.write({ at, changes: [change('a', 0, { n: 1 })] });
      await state.write({
        at,
        changes: [change('a', 1, { n: 2 }, { ended: true })],
        records: [{ project: 'shop', kind: 'transition', id: 't', body: '{}' }],
      });
      expect(await bodies()).toEqual({});
      expect(await bodies(await harness.open())).toEqual({});
      await state.flush();
      expect(await journalOf(harness.warehouse)).toEqual([
        { kind: 'instance', id: 'a', version: 1, live: 1 },
        { kind: 'instance', id: 'a', version: 2, live: 0 },
        { kind: 'transition', id: 't', version: 1, live: 0 },
      ]);
    });
  });
}
