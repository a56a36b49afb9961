import { z } from 'zod';
import { monitorSchema } from '#contracts';
import { fieldMetrics } from '../field/field-values.ts';

const moment = z.number().describe('Milliseconds since 1970');

const jobAnswer = z.object({
  id: z.string(),
  trigger: z.string().describe('scheduled, on_demand'),
  status: z.string().describe('measured, or why it was not: machine, timeout, page, script, refused, configuration'),
  message: z.string(),
  verdict: z.string().nullable().describe('Compared with the last runs of the same kind; null where there were none'),
  unsteady: z.array(z.string()).describe('Measures whose runs differ too much'),
  startedAt: moment,
  endedAt: moment,
  report: z.string().nullable().describe('Address of the report of its representative run, below this house; null where none is kept'),
});

const monitorAnswer = z.object({
  ...monitorSchema.shape,
  project: z.string(),
  source: z.enum(['file', 'api']),
  askedEveryMinutes: z.number(),
  doneEveryMinutes: z.number().nullable().describe('Between the last visits by schedule; more than was asked where runners are too few'),
  behind: z.boolean().describe('It is visited half as often as was asked, or less'),
  trouble: z.array(z.object({ about: z.string(), severity: z.string(), since: moment, text: z.string(), told: z.boolean() })),
  notes: z
    .array(z.string())
    .describe('What of its assertions is read in another place, or not checked, because Lighthouse no longer has it'),
  last: jobAnswer.nullable(),
});

export const monitorListAnswer = z.object({ data: z.array(monitorAnswer) });
export const monitorChangedAnswer = monitorAnswer;
export const monitorGoneAnswer = z.object({ id: z.string(), removed: z.literal(true) });

const fieldAnswer = z.object({
  metric: z.enum(fieldMetrics),
  lab: z.number().nullable().describe('Median of the last visit, in the unit of the metric'),
  visitors: z.number().nullable().describe('75th percentile of what visitors had in the last 28 days'),
  loads: z.number().describe('Loads that it is taken from'),
  chrome: z.number().nullable().describe("75th percentile of Chrome's users, from the Chrome UX Report"),
});

export const monitorDetailAnswer = monitorAnswer.extend({
  history: z.array(
    z.object({
      metric: z.string(),
      step: z.string(),
      points: z.array(
        z.object({ job: z.string(), at: moment, median: z.number(), min: z.number(), max: z.number(), fingerprint: z.string() }),
      ),
    }),
  ),
  field: z.array(fieldAnswer),
  chromeUxReport: z.string().nullable().describe('page, site, or why there is none'),
  jobs: z.array(jobAnswer),
});

export const askedAnswer = z.object({
  id: z.string().describe('Of the visit'),
  state: z.enum(['added', 'known']).describe('known: somebody asked for it in this minute already, and it is shown when it is done'),
});

export const fromFieldAnswer = z.object({
  monitors: z.array(z.object({ id: z.string(), url: z.string(), route: z.string() })),
  skipped: z.array(z.object({ route: z.string(), reason: z.string() })),
  made: z.boolean(),
});
