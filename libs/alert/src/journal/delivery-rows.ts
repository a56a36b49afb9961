import type { Cursor, Warehouse } from '#platform';
import type { PendingDelivery } from '../alert-book.ts';

export const deliveryStates = ['waiting', 'delivered', 'refused', 'given_up', 'superseded'] as const;
type DeliveryState = (typeof deliveryStates)[number];

export interface DeliveryFilter {
  readonly project: string;
  readonly states: readonly DeliveryState[];
  /** Empty: any. */
  readonly channel: string;
  readonly incident: string;
  /** That came up then or later, milliseconds since 1970. */
  readonly since: number;
  readonly before: Cursor | undefined;
  readonly limit: number;
}

/** What came of one attempt, as the journal has it. */
export interface AttemptRow {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly attempt: number;
  readonly result: string;
  /** Of HTTP or SMTP; null where there was none. */
  readonly status: number | null;
  readonly tookMs: number | null;
  /** What the provider said. */
  readonly answer: string | null;
  readonly reason: string | null;
}

export interface DeliveryRow {
  readonly id: string;
  readonly createdAt: number;
  readonly state: DeliveryState;
  readonly pending: PendingDelivery;
  readonly attempts: readonly AttemptRow[];
}

interface Row {
  readonly delivery: string;
  readonly createdAt: string;
  readonly state: DeliveryState;
  readonly body: string;
  readonly attempts: readonly (readonly [at: string, body: string])[];
}

/** Notices on their way or told, each to one channel, the newest first; one more than the limit where there are more. */
export async function deliveryRows(warehouse: Warehouse, filter: DeliveryFilter, signal?: AbortSignal): Promise<DeliveryRow[]> {
  const { before, limit, ...rest } = filter;
  const place = { beforeAt: before?.at ?? Number.MAX_SAFE_INTEGER, beforeId: before?.id ?? '' };
  const rows = await warehouse.ask<Row>({
    sql: deliveries,
    params: { ...rest, ...place, limit: limit + 1 },
    ...(signal && { signal }),
  });
  return rows.map(({ delivery, createdAt, state, body, attempts }) => ({
    ...{ id: delivery, createdAt: Number(createdAt), state, pending: JSON.parse(body) as PendingDelivery },
    attempts: attempts.map(([at, text]) => attemptOf(Number(at), text)),
  }));
}

const deliveries = `SELECT delivery, toUnixTimestamp64Milli(minIf(at, kind = 'delivery')) AS createdAt, argMinIf(body, at, kind = 'delivery') AS body,
  arraySort(groupUniqArrayIf((toUnixTimestamp64Milli(at), j.body), kind = 'attempt')) AS attempts,
  argMaxIf(JSONExtractString(j.body, 'result'), at, kind = 'attempt') AS result, if(result IN ('', 'later'), 'waiting', result) AS state
FROM (
  SELECT kind, at, body, splitByChar(':', id)[1] AS delivery FROM alert_journal
  WHERE kind IN ('delivery', 'attempt') AND tenant = {project:String} AND at >= fromUnixTimestamp64Milli({since:Int64})
    AND ({incident:String} = '' OR startsWith(id, concat({incident:String}, '.')))
) AS j
GROUP BY delivery
HAVING createdAt >= {since:Int64} AND state IN {states:Array(String)} AND (createdAt, delivery) < ({beforeAt:Int64}, {beforeId:String})
  AND countIf(kind = 'delivery') > 0 AND ({channel:String} = '' OR JSONExtractString(body, 'delivery', 'channel') = {channel:String})
ORDER BY createdAt DESC, delivery DESC LIMIT {limit:UInt32}`;

export function attemptOf(at: number, body: string): AttemptRow {
  const { attempt, result, status = null, tookMs = null, answer = null, reason = null } = JSON.parse(body) as AttemptRow;
  return { at, attempt, result, status, tookMs, answer, reason };
}
