import type { Cursor, Warehouse } from '#platform';
import type { Silence } from '../incidents/silence.ts';

export type SilenceState = 'pending' | 'active' | 'ended';

export function stateOfSilence({ startsAt, endsAt }: Silence, now: number): SilenceState {
  if (endsAt <= now) return 'ended';
  return startsAt > now ? 'pending' : 'active';
}

export interface SilenceFilter {
  readonly project: string;
  readonly states: readonly SilenceState[];
  /** Of those that have ended: which ended not before this. */
  readonly since: number;
  readonly before: Cursor | undefined;
  readonly limit: number;
  readonly now: number;
}

/** The last to begin first, one more than the limit where there are more. `live`: as the alerter remembers them. */
export async function silenceRows(
  warehouse: Warehouse,
  live: readonly Silence[],
  filter: SilenceFilter,
  signal: AbortSignal,
): Promise<Silence[]> {
  const { project, states, since, before, limit, now } = filter;
  const place = { startsAt: before?.at ?? Number.MAX_SAFE_INTEGER, id: before?.id ?? '' };
  const mine = live.filter((silence) => silence.project === project);
  const rows = await warehouse.ask<{ body: string }>({
    sql: endedSilences,
    params: {
      project,
      since,
      live: mine.map(({ id }) => id),
      at: place.startsAt,
      id: place.id,
      limit: limit + 1,
      ended: states.includes('ended'),
    },
    signal,
  });
  const wanted = mine.filter((silence) => {
    const state = stateOfSilence(silence, now);
    return states.includes(state) && (state !== 'ended' || silence.endsAt >= since) && lastFirst(place, silence) < 0;
  });
  return [...wanted, ...rows.map(({ body }) => JSON.parse(body) as Silence)].sort(lastFirst).slice(0, limit + 1);
}

// What the alerter has forgotten is over.
const endedSilences = `SELECT body FROM (
  SELECT id, argMax(j.body, at) AS body, JSONExtractInt(body, 'startsAt') AS startsAt
  FROM alert_journal AS j WHERE kind = 'silence' AND tenant = {project:String} AND id NOT IN {live:Array(String)} GROUP BY id
)
WHERE {ended:Bool} AND JSONExtractInt(body, 'endsAt') >= {since:Int64} AND (startsAt, id) < ({at:Int64}, {id:String})
ORDER BY startsAt DESC, id DESC LIMIT {limit:UInt32}`;

type Place = Pick<Silence, 'startsAt' | 'id'>;

function lastFirst(one: Place, other: Place): number {
  return other.startsAt - one.startsAt || (other.id < one.id ? -1 : Number(other.id > one.id));
}
