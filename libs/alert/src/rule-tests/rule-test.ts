import { z } from 'zod';
import { alertRuleSchema, alertSeverities, ruleDimensions } from '#contracts';
import { mostMinutes, readSeries } from './series.ts';

const minute = z.number().int().min(1).max(mostMinutes);
const labels = z.partialRecord(z.enum(ruleDimensions), z.string().min(1).max(256)).default({});

const series = z.strictObject({
  labels,
  values: z
    .union([z.string(), z.number().transform(String)])
    .transform((text) => readSeries(text))
    .refine((minutes) => minutes !== null, `is such as 100x5 3000x10 _x3: a value for each minute, at most ${mostMinutes}`)
    .transform((minutes) => minutes ?? []),
  /** Events of each minute that has any. */
  samples: z.number().int().min(0).max(1e9).default(1_000),
});

const expectation = z.strictObject({
  at: minute,
  labels,
  state: z.enum(['normal', 'pending', 'firing', 'recovering']).optional(),
  severity: z.enum(alertSeverities).nullable().optional(),
});

const notice = z.strictObject({
  at: minute,
  kind: z.enum(['trigger', 'update', 'escalate', 'deescalate', 'resolve']),
  labels,
  severity: z.enum(alertSeverities).optional(),
  reason: z.string().optional(),
});

const ruleTest = z.strictObject({
  name: z.string().min(1).max(200),
  rule: z.string(),
  series: z.array(series).min(1).max(100),
  /** What an instance is after so many minutes. */
  expect: z.array(expectation).max(1_000).default([]),
  /** All that is told, in its order; absent: it does not matter. */
  notices: z.array(notice).max(1_000).optional(),
});
export type RuleTest = z.output<typeof ruleTest>;
export type TestSeries = RuleTest['series'][number];

/** A file of unit tests for rules. */
export const ruleTestFileSchema = z.strictObject({
  /** `beaconhouse.yml` whose rules are tested, seen from this file. */
  config: z.string().optional(),
  rules: z.array(alertRuleSchema).max(1_000).default([]),
  tests: z.array(ruleTest).min(1).max(1_000),
});
