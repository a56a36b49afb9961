import type { Warehouse } from '#platform';
import { breakerFailures, probeMs } from '../delivery/channel-pace.ts';
import { type AttemptRow, attemptOf } from './delivery-rows.ts';

export const channelHealths = ['unknown', 'ok', 'failing', 'broken'] as const;

/** How a channel does, by its last attempts. */
export interface ChannelHealth {
  /** `unknown`: nothing was told lately; `broken`: nothing gets through, it is only probed. */
  readonly health: (typeof channelHealths)[number];
  readonly failuresInARow: number;
  /** It is left alone until then, milliseconds since 1970; null: it is not. */
  readonly probedAt: number | null;
  readonly last: AttemptRow | null;
}

const lookBackMs = 7 * 86_400_000;
const attemptsEach = 20;

/** The last attempts of every channel, the newest first. */
export async function lastAttempts(warehouse: Warehouse, now: number, signal: AbortSignal): Promise<Map<string, AttemptRow[]>> {
  const rows = await warehouse.ask<{ channel: string; at: string; body: string }>({
    sql: `SELECT JSONExtractString(body, 'channel') AS channel, toUnixTimestamp64Milli(at) AS at, body FROM alert_journal AS j
WHERE kind = 'attempt' AND j.at >= fromUnixTimestamp64Milli({since:Int64}) AND JSONExtractString(body, 'result') != 'superseded'
ORDER BY j.at DESC LIMIT {each:UInt8} BY channel`,
    params: { since: now - lookBackMs, each: attemptsEach },
    signal,
  });
  const byChannel = Map.groupBy(rows, ({ channel }) => channel);
  return new Map([...byChannel].map(([channel, mine]) => [channel, mine.map(({ at, body }) => attemptOf(Number(at), body))]));
}

/** `attempts`: the newest first. As the alerter decides it. */
export function healthOf(attempts: readonly AttemptRow[], now: number): ChannelHealth {
  const [last = null] = attempts;
  if (last === null) return { health: 'unknown', failuresInARow: 0, probedAt: null, last };
  const well = attempts.findIndex(({ result }) => result === 'delivered');
  const failuresInARow = well === -1 ? attempts.length : well;
  const held = failuresInARow >= breakerFailures && last.result !== 'refused' && now < last.at + probeMs;
  const health = failuresInARow === 0 ? 'ok' : failuresInARow >= breakerFailures ? 'broken' : 'failing';
  return { health, failuresInARow, probedAt: held ? last.at + probeMs : null, last };
}
