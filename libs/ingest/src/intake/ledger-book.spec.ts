import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { LedgerBook } from './ledger-book.ts';

const minute = 60_000;
const entry = { tenant: 'shop', keyId: 'web', outcome: 'accepted', beacons: 1, events: 10 } as const;

describe('LedgerBook', () => {
  it('sums an outcome by minute, also when an earlier minute comes late', () => {
    const book = new LedgerBook(new Registry());
    for (const now of [minute + 1, 2 * minute, 2 * minute - 1, 2 * minute + 1]) book.count(entry, now);
    const rows = book.take().map(({ t, beacons, events }) => ({ t, beacons, events }));
    expect(rows).toEqual([
      { t: minute, beacons: 2, events: 20 },
      { t: 2 * minute, beacons: 2, events: 20 },
    ]);
  });

  it('holds nothing that was taken, and keeps counting it in its metrics', async () => {
    const registry = new Registry();
    const book = new LedgerBook(registry);
    book.count(entry, 0);
    expect(book.isEmpty).toBe(false);
    expect(book.take()).toHaveLength(1);
    expect(book.isEmpty).toBe(true);
    book.count(entry, 0);
    const text = await registry.metrics();
    expect(text).toContain('beaconhouse_events_total{project="shop",key="web",outcome="accepted",reason=""} 20');
    expect(text).toContain('beaconhouse_ledger_unwritten_rows 2');
    book.written();
    expect(await registry.metrics()).toContain('beaconhouse_ledger_unwritten_rows 1');
  });

  it('tells reasons apart', () => {
    const book = new LedgerBook(new Registry());
    for (const reason of ['quota_exceeded', 'overloaded', 'quota_exceeded']) book.count({ ...entry, outcome: 'rejected', reason }, 0);
    expect(book.take().map(({ reason, beacons }) => [reason, beacons])).toEqual([
      ['quota_exceeded', 2],
      ['overloaded', 1],
    ]);
  });
});
