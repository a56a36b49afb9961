import type { z } from 'zod';
import type { AlertQuality } from '../journal/alert-quality.ts';
import type { qualityAnswer } from './answers.ts';
import type { ShelvedRule } from './shelved-rule.ts';

const halfDayMs = 12 * 3_600_000;
const mostRules = 10;
const mostNeverFired = 1_000;

export function qualityAnswerOf(
  { incidents, pages, acknowledged, shortUnacknowledged, byRule }: AlertQuality,
  rules: readonly ShelvedRule[],
  { from, to }: { readonly from: number; readonly to: number },
): z.output<typeof qualityAnswer> {
  const fired = new Set(byRule.map(({ rule }) => rule));
  const share = (part: number) => (incidents === 0 ? null : part / incidents);
  const swinging = byRule.filter(({ flapped }) => flapped > 0).sort((one, other) => other.flapped - one.flapped);
  return {
    ...{ from, to, incidents, pages, pagesPer12h: to > from ? pages / ((to - from) / halfDayMs) : 0 },
    ...{ acknowledgedShare: share(acknowledged), shortUnacknowledgedShare: share(shortUnacknowledged) },
    noisiest: byRule.slice(0, mostRules).map((row) => ({ rule: row.rule, incidents: row.incidents, pages: row.pages })),
    flapping: swinging.slice(0, mostRules).map(({ rule, flapped }) => ({ rule, incidents: flapped })),
    neverFired: rules
      .filter(({ config, shadowed }) => config.enabled && !shadowed && !fired.has(config.id))
      .map(({ config }) => config.id)
      .slice(0, mostNeverFired),
  };
}
