import { createHash } from 'node:crypto';
import type { ProjectConfig } from '#contracts';
import { RepeatWindow } from '../intake/repeat-window.ts';
import type { SpanRecord } from './telemetry-batch.ts';

type SpanKeeping = NonNullable<ProjectConfig['spans']>;

/** A span may not stand for more: one that did would decide every count alone. */
export const maxWeight = 1e6;
/** So long after its first error or slow span the rest of a trace is kept. */
const rememberedMs = 10 * 60_000;
/** In 16 to 32 bytes each; with more of them they are remembered for less long. */
const mostRemembered = 100_000;

/**
 * What a span weighs that is one of a sample; undefined where it is left out. `draw` is its trace's number in [0, 1): of the spans that
 * are drawn from, the share that is kept stands for all of them, so that sums of weights are right on average
 * (Horvitz and Thompson, https://en.wikipedia.org/wiki/Horvitz%E2%80%93Thompson_estimator). What it weighed before, because its sender
 * had sampled, is multiplied; where that would be too much, a greater share is kept.
 */
export function weightInSample(weight: number, draw: number, keep: number): number | undefined {
  const share = Math.min(1, Math.max(keep, weight / maxWeight));
  return draw < share ? weight / share : undefined;
}

/** Spans for which their whole trace is kept. */
const isRemarkable = (span: SpanRecord, { slowMs }: SpanKeeping): boolean => isFailed(span) || span.durationUs >= slowMs * 1_000;

export const isFailed = ({ error, attributes }: SpanRecord): boolean => error || attributes['mcp.tool.status'] === 'error';

/** What a span weighs where it is kept. */
export type Weigh = (span: SpanRecord) => number | undefined;

const asItCame: Weigh = ({ weight }) => weight;

/**
 * Decides which spans of a project are kept: of traces with an error or a slow span all, of the others a share, by a number that every gateway makes
 * of the trace's id alone. Whether a trace is remarkable is known from its spans of this request, and of those before it that came here:
 * never from the number, which is why the weights stay right whatever comes in which order.
 */
export class TraceKeeping {
  /** Traces of which something remarkable came. */
  readonly #remarkable = new RepeatWindow(rememberedMs, mostRemembered);

  constructor(private readonly numberOf = traceNumber) {}

  /** For the spans of one request. */
  of(spans: readonly SpanRecord[], { id, spans: keeping }: Pick<ProjectConfig, 'id' | 'spans'>, now: number): Weigh {
    if (!keeping || keeping.keep >= 1 || spans.length === 0) return asItCame;
    const numbers = new Map([...new Set(spans.map(({ traceId }) => traceId))].map((trace) => [trace, this.numberOf(id, trace)]));
    const remarkable = new Set(spans.filter((span) => isRemarkable(span, keeping)).map(({ traceId }) => traceId));
    for (const [trace, { name }] of numbers) {
      if (remarkable.has(trace)) this.#remarkable.add(name, now);
      else if (this.#remarkable.has(name)) remarkable.add(trace);
    }
    return ({ traceId, weight }) => (remarkable.has(traceId) ? weight : weightInSample(weight, numbers.get(traceId)!.draw, keeping.keep));
  }
}

/** The same at every gateway and at all times, and, of ids that a sampler chose by their own bits, independent of its choice. */
export function traceNumber(project: string, traceId: string): { readonly draw: number; readonly name: string } {
  const digest = createHash('sha256').update(`${project}\n${traceId}`).digest();
  return { draw: digest.readUIntBE(0, 6) / 2 ** 48, name: digest.toString('hex', 8, 24) };
}
