import { measureWords } from '../assertions/measure-words.ts';
import type { JudgedSamples, Verdict } from '../compare/judge-metrics.ts';
import { unitOf } from '../compare/metric-unit.ts';
import type { PageVerdict } from './gate-report.ts';

const heads: Readonly<Partial<Record<Verdict, string>>> = {
  regressed: '❌ REGRESSED',
  inconclusive: '⚠️ INCONCLUSIVE',
  improved: '✅ IMPROVED',
};

/** What differs from the base, the gravest first; nothing of what stayed the same. */
export function comparisonLines({ metrics, newlyFailing, notCompared }: PageVerdict): string[] {
  if (notCompared !== undefined) return [`⚠️ INCONCLUSIVE: ${notCompared}`];
  const verdicts = Object.keys(heads) as Verdict[];
  const told = verdicts.flatMap((verdict) => metrics.filter((metric) => metric.verdict === verdict));
  return [
    ...told.map((judged) => `${heads[judged.verdict]}: ${nameOf(judged)} (${changeOf(judged)})`),
    ...newlyFailing.map(({ audit, items }) => `⚠️ NEW FAULT: ${audit}${items.length > 0 ? ` (${items.slice(0, 3).join(', ')})` : ''}`),
  ];
}

export const nameOf = ({ metric, step }: JudgedSamples) => (step === '' ? metric.name : `${metric.name} of ${step}`);

/** `1.2s to 1.5s, +310ms`. */
export function changeOf({ metric, base, candidate, shift }: JudgedSamples): string {
  const unit = unitOf(metric.name);
  const medians = [base, candidate].map((side) => (side === null ? 'nothing' : measureWords(side.median, unit)));
  const by = shift === null ? '' : `, ${shift < 0 ? '' : '+'}${measureWords(shift, unit)}`;
  return `${medians.join(' to ')}${by}`;
}
