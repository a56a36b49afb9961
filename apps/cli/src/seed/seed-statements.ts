import type { SeededStory } from './planted-regressions.ts';
import type { Chunk, SeedRequest } from './seed-plan.ts';
import { literal } from './sql-expression.ts';
import { widgetApp } from './traffic-shape.ts';
import { seededColumns, seededPartition, trafficSelect } from './traffic-sql.ts';

/** One INSERT of the seed; the token makes sending it again harmless. */
export interface SeedStatement {
  readonly sql: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/** Under this key the ledger accounts for seeded events, and tells which days are there already. */
export const seedKey = ({ seed }: SeedRequest) => `seed-${seed}`;

/** One block an insert, whatever its size: a block is what a token stands for. Its rows come grouped from the views, so nothing is merged again. */
const oneBlock =
  'async_insert = 0, min_insert_block_size_rows = 10000000, min_insert_block_size_bytes = 10000000000, optimize_on_insert = 0';

const settings = ({ project, seed }: SeedRequest, day: number, part: string) =>
  `SETTINGS insert_deduplication_token = ${literal(`seed:${project}:${seed}:${day}:${part}`)}, ${oneBlock}`;

/** Seeded rows of one day in `rum_events`, found by their offsets. */
const ofDay = `tenant = {project:String} AND src_partition = ${seededPartition}
  AND ts >= toDateTime64(toDate({day:UInt32}), 3, 'UTC') AND ts < toDateTime64(toDate({day:UInt32} + 1), 3, 'UTC')
  AND bitShiftRight(src_offset, 32) = bitShiftLeft(toUInt64({seed:UInt64} % 65536), 16) + {day:UInt32}`;

export function insertTraffic(request: SeedRequest, story: SeededStory, day: number, { first, sessions }: Chunk): SeedStatement {
  const { project, seed, until } = request;
  return {
    sql: `INSERT INTO rum_events (${seededColumns}) ${settings(request, day, `rum:${first}-${first + sessions}`)} ${trafficSelect(story)}`,
    params: { project, seed, day, first, sessions, until },
  };
}

/** The server's side of each tool call: its span shares the trace, and lasts as long as the call without the network. */
export function insertSpans(request: SeedRequest, day: number): SeedStatement {
  const { project, seed } = request;
  return {
    sql: `INSERT INTO span_events (tenant, service, env, name, kind, start, duration_us, error, trace_id, span_id, parent_id, tool, response_bytes,
  src_partition, src_offset, src_index) ${settings(request, day, 'spans')}
SELECT tenant, 'studio-mcp', env, concat('tools/call ', tool), 'server', ts - toIntervalMillisecond(toInt64(value * 0.9)), toUInt64(value * 820),
  metric = 'mcp-tool-error', trace_id, cityHash64(trace_id, 'span'), cityHash64(trace_id, 'browser'), tool, response_bytes, src_partition, src_offset, src_index
FROM rum_events WHERE metric IN ('mcp-tool-execution', 'mcp-tool-error') AND ${ofDay}`,
    params: { project, seed, day },
  };
}

/** The releases that went live on that day; with the first day, the one before it too. */
export function insertDeploys(request: SeedRequest, { releases }: SeededStory, day: number): SeedStatement {
  const { project, seed } = request;
  const rows = releases.map(({ release, at }) => `(${literal(release)}, toInt64(${at}))`).join(', ');
  return {
    sql: `INSERT INTO deploy_events (tenant, app, env, release, at, commit_id, url) ${settings(request, day, 'deploys')}
SELECT {project:String}, ${literal(widgetApp.app)}, 'production', live.1, fromUnixTimestamp64Milli(live.2, 'UTC'),
  lower(hex(cityHash64({seed:UInt64}, live.1))), concat('https://studio.example/releases/', live.1)
FROM (SELECT arrayJoin([${rows}]) AS live)
WHERE intDiv(live.2, 86400000) = {day:UInt32} OR (live.2 = ${releases[0]?.at ?? 0} AND intDiv(live.2, 86400000) + 1 = {day:UInt32})`,
    params: { project, seed, day },
  };
}

/** Every seeded event was received, accepted and stored. Comes last: a day with ledger rows is complete. */
export function insertLedger(request: SeedRequest, day: number): SeedStatement {
  const { project, seed } = request;
  return {
    sql: `INSERT INTO outcomes_1m (tenant, key_id, outcome, reason, t, beacons, events) ${settings(request, day, 'ledger')}
SELECT {project:String}, {key:String}, arrayJoin(['received', 'accepted', 'stored']) AS outcome, '', hour, beacons, events
FROM (
  SELECT toStartOfHour(began) AS hour, count() AS beacons, sum(carried) AS events
  FROM (SELECT min(ts) AS began, count() AS carried FROM rum_events WHERE ${ofDay} GROUP BY src_offset)
  GROUP BY hour
)`,
    params: { project, seed, day, key: seedKey(request) },
  };
}

/** Seeded events of each day that is complete. */
export function seededDays(request: SeedRequest): SeedStatement {
  return {
    sql: `SELECT toUInt32(toDate(t)) AS day, sum(events) AS rows, sum(beacons) AS beacons
FROM outcomes_1m WHERE tenant = {project:String} AND key_id = {key:String} AND outcome = 'stored' GROUP BY day ORDER BY day`,
    params: { project: request.project, key: seedKey(request) },
  };
}
