import { createHash } from 'node:crypto';
import type { RumRow } from '#contracts';
import { type Clock, type EventStream, loadProgress, type OutgoingMessage, type Warehouse } from '#platform';
import type { LedgerBook } from '../intake/ledger-book.ts';
import { viewAttributes } from '../telemetry/datadog-browser/view-metrics.ts';
import { partId } from '../telemetry/record-id.ts';
import { afterEndMs, settledVersions, silenceMs, type ViewVersion } from './settled-views.ts';

export interface ViewSettlingParts {
  readonly stream: EventStream;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly book: LedgerBook;
}

const minuteMs = 60_000;
/** A session of the SDK lasts four hours, and its views no longer. */
const longestViewMs = 5 * 60 * minuteMs;
/** A view has some dozens of rows, of a kilobyte each. */
const viewsAtOnce = 1_000;
/** Versions of one view begin at the same moment; where the client's clock is corrected, by the way of each request. */
const sameStartMs = 15 * minuteMs;
/** Rows a message. */
const mostRows = 200;
/** The ledger's name for what the house itself puts on the stream. */
const keyId = 'views';

/** Vitals of which a view has versions. */
const metrics = "('LCP', 'INP', 'CLS', 'FCP', 'TTFB')";
const viewOf = `attrs['${viewAttributes.view}']`;
const between = (column: string, from: string, to: string) =>
  `${column} >= fromUnixTimestamp64Milli({${from}:Int64}, 'UTC') AND ${column} < fromUnixTimestamp64Milli({${to}:Int64}, 'UTC')`;

interface FoundView {
  readonly tenant: string;
  readonly view: string;
  readonly at: string;
}

type StoredVersion = Omit<RumRow, 'ts' | 'received_at' | 'counted'> & {
  readonly at: string;
  readonly received: string;
  readonly counted: number;
};
type Version = ViewVersion & { readonly row: StoredVersion };

/**
 * Counts each vital of a view of Datadog's SDK once: by the version that is highest when the view is over. What is told goes the way of every
 * measured value, by the stream; asked again for a minute, it leaves out what stands in the table already (docs/decisions/0019).
 */
export class ViewSettling {
  constructor(private readonly parts: ViewSettlingParts) {}

  /** For the minute that ends at `end`; says how many values were told. Rejects where it must be tried again. */
  async settle(end: number, signal: AbortSignal): Promise<number> {
    const { stream, warehouse, clock } = this.parts;
    const loaded = { topic: 'rum', group: 'loader', table: 'rum_events' } as const;
    const now = clock.now();
    const { behind, newest } = await loadProgress(stream, warehouse, loaded, now - longestViewMs, signal);
    for (const [partition, messages] of behind)
      if (messages > 0 && (newest.get(partition) ?? 0) < end)
        throw new Error(`what came until ${new Date(end).toISOString()} is not stored yet`);
    const found = await this.#found(end, signal);
    let told = 0;
    // Those that began together are asked for together: a question reads the time between the first and the last of them.
    for (let first = 0; first < found.length; first += viewsAtOnce)
      told += await this.#settleSome(found.slice(first, first + viewsAtOnce), end, now, signal);
    return told;
  }

  async #settleSome(found: readonly FoundView[], end: number, now: number, signal: AbortSignal): Promise<number> {
    const versions = await this.#versions(found, end, signal);
    const counted = new Set(versions.filter(({ row }) => row.counted === 1).map(nameOf));
    const open = versions.filter(({ row }) => row.counted === 0);
    const settled = settledVersions(open, end - minuteMs, end).filter((version) => !counted.has(nameOf(version)));
    for (const [project, ofProject] of Map.groupBy(settled, (version) => version.project))
      for (let first = 0; first < ofProject.length; first += mostRows)
        await this.#tell(project, ofProject.slice(first, first + mostRows), end, now);
    return settled.length;
  }

  /** The views that may be over now: something came of them so long ago that this is the minute. The first to begin first. */
  #found(end: number, signal: AbortSignal): Promise<FoundView[]> {
    const bounds = {
      ...{ silentFrom: end - minuteMs - silenceMs, silentTo: end - silenceMs + 1 },
      ...{ endedFrom: end - minuteMs - afterEndMs, endedTo: end - afterEndMs + 1 },
    };
    return this.parts.warehouse.ask<FoundView>({
      sql: `SELECT DISTINCT tenant, ${viewOf} AS view, toUnixTimestamp64Milli(ts) AS at FROM rum_events
WHERE counted = 0 AND metric IN ${metrics} AND ${between('ts', 'oldest', 'newest')} AND view != ''
  AND (${between('received_at', 'silentFrom', 'silentTo')} OR ${between('received_at', 'endedFrom', 'endedTo')})
ORDER BY ts`,
      params: { ...bounds, oldest: end - longestViewMs, newest: end + minuteMs },
      signal,
    });
  }

  /** All that is known of them. */
  async #versions(found: readonly FoundView[], end: number, signal: AbortSignal): Promise<Version[]> {
    const instants = found.map(({ at }) => Number(at));
    const rows = await this.parts.warehouse.ask<StoredVersion>({
      sql: `SELECT * EXCEPT (ts, received_at, src_partition, src_offset, src_index), toUnixTimestamp64Milli(ts) AS at,
  toUnixTimestamp64Milli(received_at) AS received FROM rum_events
WHERE metric IN ${metrics} AND ${between('ts', 'oldest', 'newest')} AND ${viewOf} IN {views:Array(String)}
  AND received_at < fromUnixTimestamp64Milli({end:Int64}, 'UTC') + INTERVAL 1 DAY`,
      params: {
        oldest: Math.min(...instants) - sameStartMs,
        newest: Math.max(...instants) + sameStartMs,
        views: [...new Set(found.map(({ view }) => view))],
        end,
      },
      signal,
    });
    // What came after the minute is not known to it, so that a minute that is made up for finds what it would have found.
    return rows.map(versionOf).filter(({ row, receivedAt }) => row.counted === 1 || receivedAt <= end);
  }

  async #tell(project: string, settled: readonly Version[], end: number, now: number): Promise<void> {
    const { stream, book } = this.parts;
    const lines = settled.map(({ row }) => `${JSON.stringify(countedRow(row, now))}\n`);
    const digest = createHash('sha256').update(settled.map(nameOf).join('\n')).digest();
    const id = partId(digest, `${project} ${end}`);
    const headers = { tenant: project, keyId, events: lines.length, beaconId: id };
    const message: OutgoingMessage = { key: id, headers, value: Buffer.from(lines.join('')) };
    await stream.publish('rum', [message]);
    const who = { tenant: project, keyId, beacons: 1, events: lines.length };
    book.count({ ...who, outcome: 'received' }, now);
    book.count({ ...who, outcome: 'accepted' }, now);
  }
}

const nameOf = ({ project, view, metric }: ViewVersion) => `${project}\n${view}\n${metric}`;

function versionOf(row: StoredVersion): Version {
  const { [viewAttributes.view]: view = '', [viewAttributes.version]: version, [viewAttributes.isActive]: isActive } = row.attrs;
  return {
    ...{ project: row.tenant, metric: row.metric, view, version: Number(version) || 0, isActive: isActive !== 'false' },
    receivedAt: Number(row.received),
    row,
  };
}

/** The same value, to be counted. It came now: what was measured long ago must not be taken for loaded long ago. */
function countedRow({ at, received: _, counted: __, ...row }: StoredVersion, now: number): Omit<RumRow, 'counted'> {
  return { ...row, ts: Number(at), received_at: now };
}
