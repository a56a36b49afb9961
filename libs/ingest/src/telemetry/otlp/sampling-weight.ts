import { maxWeight } from '../trace-keeping.ts';

const otMember = /(?:^|,)\s*ot=([^,]*)/;
const threshold = /(?:^|;)th:([0-9a-f]{1,14})(?:;|$)/;

/**
 * Spans that one of a sampled trace stands for, from the threshold in its trace state: th is the first of 56 bits of randomness that is
 * kept, with its last zeros left out (https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/). 1 where nothing is said.
 */
export function samplingWeight(traceState: string): number {
  if (traceState === '') return 1;
  const th = threshold.exec(otMember.exec(traceState)?.[1] ?? '')?.[1];
  if (th === undefined) return 1;
  const rejected = Number.parseInt(th.padEnd(14, '0'), 16) / 2 ** 56;
  return rejected < 1 ? Math.min(1 / (1 - rejected), maxWeight) : 1;
}
