import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readLines } from '../telemetry/datadog-browser/datadog-request.ts';
import { rumBatch } from '../telemetry/datadog-browser/rum-batch.ts';
import type { Said } from '../telemetry/said.ts';
import { TelemetryHouse } from '../telemetry/telemetry-house.contract.ts';
import { ViewSettling } from './view-settling.ts';

const minute = 60_000;
/** The end of a full minute, long enough ago that all silences fit behind it. */
const end = Math.floor(Date.now() / minute) * minute - 20 * minute;
const never = new AbortController().signal;

let house: TelemetryHouse;
beforeAll(async () => {
  house = await TelemetryHouse.open();
});
afterAll(() => house.close());
beforeEach(async () => {
  for (const table of ['rum_events', 'rum_1m', 'rum_1h', 'outcomes_1m']) await house.warehouse.run(`TRUNCATE TABLE ${table}`);
  house.book.take();
});

/** A version of a view that began a minute before `end`. */
const view = (version: number, more: Said = {}, id = 'v1'): Said => ({
  ...{ type: 'view', date: end - minute, service: 'shop', version: '7.1.0', ddtags: 'env:production', session: { id: 's1' } },
  view: {
    id,
    url: 'https://shop.example/cart?token=1',
    loading_type: 'initial_load',
    is_active: true,
    cumulative_layout_shift: 0,
    ...more,
  },
  _dd: { document_version: version, configuration: { session_sample_rate: 50 } },
});
/** Of the page's clock. */
let aheadMs = 0;
let sent = 0;
async function arrives(at: number, ...events: readonly Said[]): Promise<void> {
  sent += 1;
  const lines = readLines(Buffer.from(events.map((event) => JSON.stringify(event)).join('\n')));
  const batch = rumBatch(lines as never, {
    track: 'rum',
    key: undefined,
    isDeflated: false,
    tags: new Map(),
    // Each request takes another time.
    sentAt: at + aheadMs - 37 * sent,
  });
  await house.take(batch, undefined, house.arrival({ receivedAt: at }));
  await house.ask('SELECT 1');
}
const settling = () =>
  new ViewSettling({ ...house, stream: house.stream, warehouse: house.warehouse, clock: house.clock, book: house.book });
async function settle(minutes: readonly number[]): Promise<number> {
  let told = 0;
  for (const n of minutes) {
    told += await settling().settle(end + n * minute, never);
    await house.ask('SELECT 1');
  }
  return told;
}
const counted = () =>
  house.ask(
    "SELECT metric, value, weight, route, release, nav_type, attrs['target'] AS target FROM rum_events WHERE counted = 1 ORDER BY metric",
  );
const minutes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe('views of Datadog’s SDK', () => {
  it('count once, by the highest version, when nothing has come of them for a while', async () => {
    const lcp = { largest_contentful_paint: 2_500_000_000, largest_contentful_paint_target_selector: '#shop>h1' };
    await arrives(end + 10_000, view(1));
    await arrives(end + 30_000, view(3, { ...lcp, interaction_to_next_paint: 48_000_000, cumulative_layout_shift: 0.25 }));
    await arrives(end + 40_000, view(2, { largest_contentful_paint: 1_000_000_000 }));
    expect(await counted()).toEqual([]);
    expect(await settle(minutes)).toBe(3);
    const shared = { weight: 2, route: '/cart', release: '7.1.0', nav_type: 'navigate' };
    expect(await counted()).toEqual([
      { metric: 'CLS', value: 0.25, target: '', ...shared },
      { metric: 'INP', value: 48, target: '', ...shared },
      { metric: 'LCP', value: 2500, target: '#shop>h1', ...shared },
    ]);
    expect(await house.ask('SELECT metric, sum(n) AS n FROM rum_1m GROUP BY metric ORDER BY metric')).toEqual(
      ['CLS', 'INP', 'LCP'].map((metric) => ({ metric, n: '1' })),
    );
  });

  it('count a moment after their end was said', async () => {
    await arrives(end + 10_000, view(1, { first_byte: 120_000_000 }), view(2, { first_byte: 120_000_000, is_active: false }));
    expect(await settle([1])).toBe(0);
    expect(await settle([2])).toBe(2);
  });

  it('count once however often a minute is asked again, and whatever comes later', async () => {
    await arrives(end + 10_000, view(1, { first_byte: 120_000_000 }), view(1, { first_byte: 80_000_000 }, 'v2'));
    expect(await settle(minutes)).toBe(4);
    expect(await settle(minutes)).toBe(0);
    await arrives(end + 15 * minute, view(9, { first_byte: 500_000_000 }));
    expect(await settle([...minutes, 20])).toBe(0);
    expect((await counted()).map((row) => (row as { value: number }).value).sort()).toEqual([0, 0, 120, 80]);
  });

  it('count once where the clock of the page is hours ahead', async () => {
    aheadMs = 3 * 60 * minute;
    const late = (version: number) => ({ ...view(version, { first_byte: 120_000_000 }), date: end - minute + aheadMs });
    await arrives(end + 10_000, late(1));
    await arrives(end + 200_000, late(2));
    await arrives(end + 400_000, late(3));
    aheadMs = 0;
    expect(await settle([...minutes, 11, 12, 13])).toBe(2);
    const times = await house.ask<{ at: string }>("SELECT DISTINCT toUnixTimestamp64Milli(ts) AS at FROM rum_events WHERE metric = 'TTFB'");
    expect(times.length).toBe(3);
    for (const { at } of times) expect(Math.abs(Number(at) - (end - minute))).toBeLessThan(5_000);
  });

  it('are told again where the house died before they stood in the table', async () => {
    await arrives(end + 10_000, view(1, { first_byte: 120_000_000 }));
    await settle(minutes);
    await house.warehouse.run('ALTER TABLE rum_events DELETE WHERE counted = 1 SETTINGS mutations_sync = 2');
    expect(await settle(minutes)).toBe(2);
  });

  it('are in the ledger twice: as they came, and as what the house counts', async () => {
    await arrives(end + 10_000, view(1));
    await settle(minutes);
    const rows = house.book.take().filter(({ outcome }) => outcome === 'accepted');
    expect(rows.map(({ key_id, events }) => [key_id, events]).sort()).toEqual([
      ['open', 1],
      ['views', 1],
    ]);
  });
});
