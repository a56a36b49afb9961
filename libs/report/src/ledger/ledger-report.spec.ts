import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Outcome, OutcomeRow } from '#contracts';
import { EmbeddedStream, SystemClock } from '#platform';
import { storeOutcomes } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { ReportOptions } from '../report-options.ts';
import { LedgerReport } from './ledger-report.ts';

const minute = Math.floor(Date.now() / 60_000) * 60_000;
const signal = new AbortController().signal;
let house: TemporaryWarehouse;
let stream: EmbeddedStream;
let streamDir: string;
let report: LedgerReport;

const outcomeRow = (outcome: Outcome, events: number, more: Partial<OutcomeRow> = {}): OutcomeRow => ({
  tenant: 'default',
  key_id: 'open',
  outcome,
  reason: '',
  t: minute,
  beacons: 1,
  events,
  ...more,
});

beforeAll(async () => {
  house = await openTemporaryWarehouse();
  streamDir = await mkdtemp(join(tmpdir(), 'beaconhouse-ledger-'));
  stream = await EmbeddedStream.open({ dir: streamDir, clock: new SystemClock() });
  report = new LedgerReport(house.warehouse, stream, new ReportOptions());
  await storeOutcomes(house.warehouse, [
    outcomeRow('received', 10),
    outcomeRow('received', 3, { tenant: '', key_id: '' }),
    outcomeRow('rejected', 3, { tenant: '', key_id: '', reason: 'key_unknown' }),
    outcomeRow('rejected', 2, { reason: 'value_out_of_range', beacons: 0 }),
    outcomeRow('accepted', 8),
    outcomeRow('stored', 5, { t: minute - 7_200_000 }),
  ]);
  // The same minute and key again: the table sums, merged or not.
  await storeOutcomes(house.warehouse, [outcomeRow('dead_lettered', 1, { reason: 'row_refused' })]);
});
afterAll(async () => {
  await stream.close();
  await house.close();
  await rm(streamDir, { recursive: true, force: true });
});

describe('the ledger', () => {
  it('shows what is unaccounted for', async () => {
    const { difference, in_flight, data } = await report.totals({ project: null, range: null }, signal);
    expect(in_flight).toEqual({ beacons: 0, events: 0 });
    expect(difference).toEqual({ received: { beacons: 0, events: 0 }, accepted: { beacons: -1, events: 2 } });
    expect(data).toContainEqual({ project: '', key: '', outcome: 'rejected', reason: 'key_unknown', beacons: 1, events: 3 });
  });

  it('counts what stands on the stream as in flight', async () => {
    // A group exists from its first reader on.
    const stop = await stream.consume({ topic: 'rum', group: 'loader', maxMessages: 1, maxBytes: 1, lingerMs: 60_000 }, async () => {
      throw new Error('not yet');
    });
    const headers = { tenant: 'default', keyId: 'open', events: 2, beaconId: '' };
    await stream.publish('rum', [{ key: 'k', headers, value: Buffer.from('{}\n') }]);
    const { difference, in_flight } = await report.totals({ project: null, range: null }, signal);
    expect([in_flight, difference.accepted?.events]).toEqual([{ beacons: 1, events: 2 }, 0]);
    await stop();
  });

  it('of one project leaves the others out, and says that it cannot know what is in flight', async () => {
    const { received, difference, in_flight } = await report.totals({ project: 'default', range: null }, signal);
    expect([received.events, in_flight, difference.accepted]).toEqual([10, null, null]);
  });

  it('of a window leaves older minutes out', async () => {
    const { received, stored } = await report.totals({ project: null, range: { from: minute - 3_600_000, to: minute + 60_000 } }, signal);
    expect([received.events, stored.events]).toEqual([13, 0]);
  });
});
