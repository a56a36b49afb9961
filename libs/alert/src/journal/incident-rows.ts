import type { Cursor, Question, Warehouse } from '#platform';
import type { Incident } from '../incidents/incident.ts';

export const incidentStates = ['open', 'acknowledged', 'resolved'] as const;
export type IncidentState = (typeof incidentStates)[number];

export interface IncidentFilter {
  readonly project: string;
  readonly states: readonly IncidentState[];
  readonly severities: readonly string[];
  /** Empty: any. */
  readonly rule: string;
  /** Opened then or later, milliseconds since 1970. */
  readonly since: number;
  readonly before: Cursor | undefined;
  readonly limit: number;
}

export function stateOfIncident({ resolvedAt, acknowledged }: Incident): IncidentState {
  if (resolvedAt !== null) return 'resolved';
  return acknowledged === null ? 'open' : 'acknowledged';
}

/** The newest first, one more than the limit where there are more. `live` are those that the alerter remembers: they may be newer than the journal. */
export async function incidentRows(warehouse: Warehouse, live: readonly Incident[], filter: IncidentFilter, signal: AbortSignal) {
  const mine = live.filter((incident) => incident.project === filter.project);
  const rows = await warehouse.ask<{ body: string }>({ ...storedIncidents(filter, mine), signal });
  const stored = rows.map(({ body }) => JSON.parse(body) as Incident);
  return [...mine.filter((incident) => isAsked(incident, filter)), ...stored].sort(newestFirst).slice(0, filter.limit + 1);
}

function storedIncidents({ project, states, severities, rule, since, before, limit }: IncidentFilter, live: readonly Incident[]): Question {
  return {
    sql: `SELECT body FROM (
  SELECT id, argMax(j.body, at) AS body, JSONExtractInt(body, 'openedAt') AS opened,
    multiIf(JSONType(body, 'resolvedAt') != 'Null', 'resolved', JSONType(body, 'acknowledged') != 'Null', 'acknowledged', 'open') AS state
  FROM alert_journal AS j
  WHERE kind = 'incident' AND tenant = {project:String} AND at >= fromUnixTimestamp64Milli({since:Int64}) AND id NOT IN {live:Array(String)}
  GROUP BY id
)
WHERE opened >= {since:Int64} AND state IN {states:Array(String)} AND JSONExtractString(body, 'severity') IN {severities:Array(String)}
  AND ({rule:String} = '' OR JSONExtractString(body, 'rule', 'id') = {rule:String})
  AND (opened, id) < ({beforeAt:Int64}, {beforeId:String})
ORDER BY opened DESC, id DESC LIMIT {limit:UInt32}`,
    params: {
      ...{ project, states, severities, rule, since, live: live.map(({ id }) => id), limit: limit + 1 },
      ...{ beforeAt: before?.at ?? Number.MAX_SAFE_INTEGER, beforeId: before?.id ?? '' },
    },
  };
}

function isAsked(incident: Incident, { states, severities, rule, since, before }: IncidentFilter): boolean {
  const place = { openedAt: before?.at ?? Number.MAX_SAFE_INTEGER, id: before?.id ?? '' };
  const wanted = states.includes(stateOfIncident(incident)) && severities.includes(incident.severity);
  return wanted && (rule === '' || incident.rule.id === rule) && incident.openedAt >= since && newestFirst(place, incident) < 0;
}

type Place = Pick<Incident, 'openedAt' | 'id'>;

function newestFirst(one: Place, other: Place): number {
  return other.openedAt - one.openedAt || (other.id < one.id ? -1 : Number(other.id > one.id));
}

/** One that the alerter may have forgotten. */
export async function storedIncident(
  warehouse: Warehouse,
  project: string,
  id: string,
  signal?: AbortSignal,
): Promise<Incident | undefined> {
  const [row] = await warehouse.ask<{ body: string }>({
    sql: `SELECT body FROM alert_journal WHERE kind = 'incident' AND tenant = {project:String} AND id = {id:String} ORDER BY at DESC LIMIT 1`,
    params: { project, id },
    ...(signal && { signal }),
  });
  return row && (JSON.parse(row.body) as Incident);
}
