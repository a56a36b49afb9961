import { momentText, type Warehouse } from '#platform';
import { minuteMs } from '../range/time-range.ts';

/** What came of a minute, once nothing more is tried. */
export interface Forwarded {
  readonly result: 'delivered' | 'refused' | 'given_up';
  readonly series: number;
  readonly leftOut: number;
  readonly requests: number;
  readonly bytes: number;
  readonly attempt: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason: string;
}

const target = 'datadog';

/** Projects of which the minute was told, or never will be. `end` of the minute, milliseconds since 1970. */
export async function decidedProjects(warehouse: Warehouse, end: number, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const rows = await warehouse.ask<{ tenant: string }>({
    sql: `SELECT DISTINCT tenant FROM forwarded_minutes WHERE target = {target:String} AND minute = toDateTime({minute:UInt32}, 'UTC')`,
    params: { target, minute: (end - minuteMs) / 1_000 },
    signal,
  });
  return new Set(rows.map(({ tenant }) => tenant));
}

/** Once, however often it is written. */
export async function noteForwarded(warehouse: Warehouse, project: string, end: number, forwarded: Forwarded): Promise<void> {
  const { leftOut, at, ...rest } = forwarded;
  const minute = (end - minuteMs) / 1_000;
  const row = { tenant: project, minute, target, ...rest, left_out: leftOut, at: momentText(at) };
  await warehouse.insert({
    table: 'forwarded_minutes',
    token: `forwarded:${target}:${project}:${minute}`,
    rows: Buffer.from(`${JSON.stringify(row)}\n`),
  });
}
