import { type JudgedSamples, judgeMetrics, type MetricSamples } from './judge-metrics.ts';

/**
 * How sure a look must be. Where there may be a second one, what is allowed by chance is shared: 4 % for the first and 1 % for the second, so that a
 * page that did not change is called regressed in at most 5 of 100 comparisons, however they end.
 */
const levels = { only: 0.05, first: 0.04, second: 0.01 } as const;

/** The only look at what cannot be measured further. */
export const onlyLook = (samples: readonly MetricSamples[]) => judgeMetrics(samples, levels.only);

/** The look after which more may be measured. */
export const firstLook = (samples: readonly MetricSamples[]) => judgeMetrics(samples, levels.first);

/** Whether more runs may say more: something looks large and may be chance, even where something else is proven by now. */
export const isOpen = (judged: readonly JudgedSamples[]) => judged.some(({ verdict }) => verdict === 'inconclusive');

/** The last look, at all runs of both looks. What the first one proved stays proven. */
export function secondLook(first: readonly JudgedSamples[], samples: readonly MetricSamples[]): JudgedSamples[] {
  return judgeMetrics(samples, levels.second).map((judged) => {
    const before = first.find(({ metric, step }) => metric === judged.metric && step === judged.step);
    return before?.verdict === 'improved' || before?.verdict === 'regressed' ? { ...judged, verdict: before.verdict } : judged;
  });
}
