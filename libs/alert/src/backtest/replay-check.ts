import { z } from 'zod';
import type { Warehouse } from '#platform';
import { matters } from '../evaluation/advance.ts';
import type { Replayable } from '../evaluation/tell-transition.ts';
import type { Instance } from '../instances/instance.ts';
import { step } from '../instances/step.ts';
import type { Span } from './backtest-plan.ts';

export interface ReplayRequest extends Span {
  readonly project: string;
}

/** A transition that is stored otherwise than it comes out. */
interface ReplayDifference {
  readonly transition: string;
  readonly rule: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly field: 'state' | 'severity' | 'notices';
  readonly stored: unknown;
  readonly replayed: unknown;
}

export interface ReplayReport extends Span {
  /** Transitions that were replayed; empty differences with none of them prove nothing. */
  readonly replayed: number;
  /** Stored without what they were judged by: older, or made by hand or by a change of their rule. */
  readonly passedOver: number;
  readonly differences: readonly ReplayDifference[];
  /** Transitions that do not begin where the one before them ended: in between something else changed the instance. */
  readonly interrupted: readonly string[];
  /** There are more: only the first were looked at. */
  readonly cut: boolean;
}

const mostTransitions = 50_000;

const storedSchema = z.object({
  rule: z.string(),
  to: z.string(),
  severity: z.string().nullable(),
  windowEnd: z.number(),
  notices: z.array(z.object({ kind: z.string(), reason: z.string() })),
  replay: z.custom<Replayable>((value) => typeof value === 'object' && value !== null).optional(),
});
interface Stored extends z.output<typeof storedSchema> {
  readonly id: string;
}

/** Puts the stored inputs of a live period through `step` again: what comes out must be what is stored, exactly. */
export async function replayCheck(warehouse: Warehouse, { project, from, to }: ReplayRequest): Promise<ReplayReport> {
  const rows = await warehouse.ask<{ id: string; told: string }>({
    sql: `SELECT id, argMax(body, at) AS told, JSONExtractUInt(told, 'windowEnd') AS end FROM alert_journal
WHERE kind = 'transition' AND tenant = {project:String} AND at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
GROUP BY id HAVING end BETWEEN {from:UInt64} AND {to:UInt64} ORDER BY end, id LIMIT {most:UInt32}`,
    params: { project, from, to, most: mostTransitions + 1 },
  });
  const stored = rows.slice(0, mostTransitions).map(({ id, told }): Stored => ({ id, ...storedSchema.parse(JSON.parse(told)) }));
  const differences: ReplayDifference[] = [];
  const interrupted: string[] = [];
  for (const chain of Map.groupBy(stored, ({ id }) => id.slice(0, id.lastIndexOf(':'))).values()) {
    const checked = checkChain(chain);
    differences.push(...checked.differences);
    interrupted.push(...checked.interrupted);
  }
  const replayed = stored.filter(({ replay }) => replay !== undefined).length;
  const cut = rows.length > mostTransitions;
  return { from, to, replayed, passedOver: stored.length - replayed, differences, interrupted, cut };
}

/** The transitions of one instance, in the order of their time. */
function checkChain(chain: readonly Stored[]): Pick<ReplayReport, 'differences' | 'interrupted'> {
  const differences: ReplayDifference[] = [];
  const interrupted: string[] = [];
  let last: Instance | undefined;
  for (const one of chain) {
    if (one.replay) {
      if (last && matters(last, one.replay.before)) interrupted.push(one.id);
      const next = step(one.replay.before, one.replay.input, one.replay.patience, one.windowEnd);
      differences.push(...differencesOf(one, next));
      last = next.instance;
    } else last = undefined;
  }
  return { differences, interrupted };
}

function differencesOf(stored: Stored, { instance, notices }: ReturnType<typeof step>): ReplayDifference[] {
  const told = notices.map(({ kind, reason }) => ({ kind, reason }));
  const fields = [
    ['state', stored.to, instance.state],
    ['severity', stored.severity, instance.severity],
    ['notices', stored.notices, told],
  ] as const;
  return fields
    .filter(([, one, other]) => JSON.stringify(one) !== JSON.stringify(other))
    .map(([field, one, other]) => ({
      ...{ transition: stored.id, rule: stored.rule, at: stored.windowEnd, field, stored: one, replayed: other },
    }));
}
