import { beaconLimits } from '#contracts';
import { type Refusal, refuse } from '../../intake/arrival.ts';
import { bracketDepth } from '../bracket-depth.ts';
import { isSaid, type Said, saidOf } from '../said.ts';

/** The body of a request of Grafana Faro, `TransportBody` of faro-core 2: `meta` holds for all items. */
export interface FaroBody {
  readonly meta: Said;
  readonly measurements: readonly unknown[];
  readonly exceptions: readonly unknown[];
  readonly logs: readonly unknown[];
  readonly events: readonly unknown[];
  /** OTLP in JSON. */
  readonly traces: Said | undefined;
}

export const faroLimits = {
  wireBytes: 1024 * 1024,
  inflatedBytes: 5 * 1024 * 1024,
  inflateRatio: beaconLimits.inflateRatio,
  idleMs: 5_000,
  /** Faro sends 50 at once. */
  items: 500,
  /** Spans in `traces` stand deeper than anything of Faro's own. */
  jsonDepth: 32,
} as const;

const arrays = ['measurements', 'exceptions', 'logs', 'events'] as const;

/** A request from its bytes, or why it cannot be read. */
export function readFaro(bytes: Buffer): FaroBody | Refusal {
  if (bracketDepth(bytes, faroLimits.jsonDepth) > faroLimits.jsonDepth)
    return refuse('json_too_deep', `the body is deeper than ${faroLimits.jsonDepth} levels`, 'body', faroLimits.jsonDepth);
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch {
    return refuse('json_invalid', 'the body is not JSON', 'body');
  }
  if (!isSaid(body)) return refuse('shape_invalid', 'the body is not an object', 'body');
  const said = body;
  const wrong = arrays.find((name) => said[name] !== undefined && said[name] !== null && !Array.isArray(said[name]));
  if (wrong) return refuse('shape_invalid', `${wrong} is not a list`, wrong);
  const listOf = (name: (typeof arrays)[number]) => (said[name] as readonly unknown[] | undefined) ?? [];
  const count = arrays.reduce((sum, name) => sum + listOf(name).length, 0);
  if (count > faroLimits.items) return refuse('too_many_events', `${count} items`, 'body', faroLimits.items);
  const [measurements, exceptions, logs, events] = arrays.map(listOf) as [unknown[], unknown[], unknown[], unknown[]];
  return { meta: saidOf(said.meta), measurements, exceptions, logs, events, traces: isSaid(said.traces) ? said.traces : undefined };
}
