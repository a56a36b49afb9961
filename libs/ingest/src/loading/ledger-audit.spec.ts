import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { Outcome } from '#contracts';
import { EmbeddedStream, ManualClock, SystemClock } from '#platform';
import { storeOutcomes } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { LedgerAudit, recoveredRows } from './ledger-audit.ts';

const minute = 60_000;
const slot = Math.floor(Date.now() / minute) * minute;
const signal = new AbortController().signal;

describe('the audit of the ledger', () => {
  let house: TemporaryWarehouse;
  let dir: string;
  let stream: EmbeddedStream;
  let audit: LedgerAudit;

  beforeAll(async () => {
    house = await openTemporaryWarehouse();
    dir = await mkdtemp(join(tmpdir(), 'beaconhouse-audit-'));
    stream = await EmbeddedStream.open({ dir, clock: new SystemClock() });
    // Sleeps are over at once: what lies between the two looks is the tests' business.
    const clock = new ManualClock(slot);
    clock.sleep = async () => {};
    audit = new LedgerAudit({ stream, warehouse: house.warehouse, clock, log: pino({ level: 'silent' }) });
  });
  afterAll(async () => {
    await stream.close();
    await house.close();
    await rm(dir, { recursive: true, force: true });
  });
  beforeEach(() => house.warehouse.run('TRUNCATE TABLE outcomes_1m'));

  const store = (amounts: Partial<Record<Outcome, number>>) =>
    storeOutcomes(
      house.warehouse,
      Object.entries(amounts).map(([outcome, events]) => ({
        ...{ tenant: 'shop', key_id: 'web', outcome: outcome as Outcome, reason: '', t: slot },
        ...{ beacons: events, events },
      })),
    );
  const totals = async () => {
    const sql = 'SELECT outcome, reason, sum(events) AS events FROM outcomes_1m GROUP BY outcome, reason ORDER BY outcome, reason';
    const rows = await house.warehouse.ask<{ outcome: string; reason: string; events: string }>({ sql });
    return rows.map(({ outcome, reason, events }) => `${outcome} ${reason} ${events}`);
  };

  it('adds what is stored and was never counted as accepted, once for a slot', async () => {
    await store({ received: 3, accepted: 3, stored: 4, dead_lettered: 1 });
    await audit.run(slot, signal);
    await audit.run(slot, signal);
    expect(await totals()).toEqual(['accepted  5', 'adjusted recovered 2', 'dead_lettered  1', 'received  5', 'stored  4']);
  });

  it('writes no loss off', async () => {
    await store({ received: 3, accepted: 3, stored: 2 });
    expect(await audit.run(slot, signal)).toEqual([{ tenant: 'shop', keyId: 'web', beacons: -1, events: -1 }]);
    expect(await totals()).toEqual(['accepted  3', 'received  3', 'stored  2']);
  });

  it('leaves a ledger alone that comes out even, replayed and removed included', async () => {
    await store({ received: 5, accepted: 5, stored: 4, dead_lettered: 1, replayed: 1, removed: 1 });
    expect(await audit.run(slot, signal)).toEqual([]);
  });

  it('waits while something is on the stream', async () => {
    await store({ stored: 4 });
    const stop = await stream.consume({ topic: 'rum', group: 'loader', maxMessages: 1, maxBytes: 1, lingerMs: 0 }, async () => {
      throw new Error('not yet');
    });
    await stream.publish('rum', [
      { key: 'k', headers: { tenant: 'shop', keyId: 'web', events: 1, beaconId: '' }, value: Buffer.from('{}\n') },
    ]);
    expect(await audit.run(slot, signal)).toEqual([]);
    await stop();
  });
});

describe('recovered rows', () => {
  it('are of the slot, and of what was gained only', () => {
    const rows = recoveredRows(
      [
        { tenant: 'a', keyId: 'k', beacons: 1, events: 2 },
        { tenant: 'b', keyId: 'k', beacons: -1, events: -1 },
      ],
      slot + 1,
    );
    expect(rows.map(({ tenant, outcome, t, events }) => [tenant, outcome, t, events])).toEqual([
      ['a', 'received', slot, 2],
      ['a', 'accepted', slot, 2],
      ['a', 'adjusted', slot, 2],
    ]);
  });
});
