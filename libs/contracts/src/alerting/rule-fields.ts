import { z } from 'zod';

/** What an instance of a rule may be told apart by. */
export const ruleDimensions = ['app', 'environment', 'route', 'tool'] as const;
export type RuleDimension = (typeof ruleDimensions)[number];

const scopeText = z.string().min(1).max(256);
/** Of a whole minute: what is judged is kept by the minute. */
const wholeMinutes = z.number().int().positive().multipleOf(60);
const times = z.number().int().positive().max(1_000);

/** Fields that several kinds of rules share. */
export const ruleFields = {
  named: {
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is lower case letters, digits and -, at most 63')
      .describe('Of the rule, for ever: incidents are known by it.'),
    name: z.string().min(1).max(200).optional().describe('As people read it; the id otherwise.'),
    enabled: z.boolean().default(true).describe('A rule that is switched off closes what it had opened.'),
  },
  scope: {
    project: scopeText.optional().describe('Only in this project; every project has the rule otherwise.'),
    app: scopeText.optional().describe('Only events of this application.'),
    environment: scopeText.optional().describe('Only events of this environment.'),
    route: scopeText.optional().describe('Only events of this route.'),
    tool: scopeText.optional().describe('Only events of this tool.'),
  },
  told: {
    channels: z.array(z.string().max(63)).max(20).optional().describe('Who is told; the routes decide otherwise.'),
    notifyBy: z
      .array(z.string().max(64))
      .max(10)
      .optional()
      .describe(
        'Labels by which messages to people are told apart: what agrees in them shares one. Default: app and environment, and metric.',
      ),
    summary: z.string().max(1_000).optional().describe('What it means and what to do, in a sentence.'),
    runbookUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional()
      .describe('Where it is written what to do.'),
  },
  wholeMinutes,
  measure: z.union([z.number(), z.string().max(32)]),
  groupBy: z.array(z.enum(ruleDimensions)).max(4).default([]).describe('One instance for each combination of these.'),
  patience: {
    intervalS: wholeMinutes.max(3_600).default(60).describe('Seconds between two judgements.'),
    triggerAfter: times.default(2).describe('Judgements in a row that must break it.'),
    resolveAfter: times.default(3).describe('Judgements in a row that must be well.'),
    keepFiringForS: z
      .number()
      .int()
      .nonnegative()
      .max(86_400)
      .default(300)
      .describe('It stays open for so long, seconds, after it was last broken.'),
  },
  onNoData: z
    .enum(['keep', 'resolve', 'alert'])
    .default('keep')
    .describe('When nothing is measured any more: the incident stays open, is closed as not confirmed, or that is an incident of its own.'),
  noDataTimeoutS: z
    .number()
    .int()
    .positive()
    .max(604_800)
    .optional()
    .describe('After so long, seconds; 15 minutes or three windows otherwise.'),
} as const;
