import { z } from 'zod';

/**
 * What somebody should know, on its way to them: a row of `finding_events` as a JSONEachRow line. The same thing that becomes true and ends is
 * two findings of one id; one that grows graver before that is told again as open. Repeated, it is the same line.
 */
export const findingSchema = z.object({
  tenant: z.string(),
  /** Of what was found: the same for its opening and its end. */
  id: z.string(),
  /** `self`: trouble of the house itself, here with what it is asked to do for a project. */
  kind: z.enum(['regression', 'budget', 'synthetic', 'self']),
  state: z.enum(['open', 'resolved']),
  /** When it became true, milliseconds since 1970. */
  at: z.number(),
  /** One scale for every kind: `high` is what an error of a budget is, `medium` its warning. */
  severity: z.enum(['low', 'medium', 'high']),
  /** One line for people. */
  title: z.string(),
  metric: z.string(),
  /** Application, environment, route, tool: what it is about. */
  subject: z.record(z.string(), z.string()),
  /** As measured, and what it is held against: a baseline or a threshold. In `unit`. */
  value: z.number(),
  reference: z.number(),
  /** Empty where the metric has none that is known. */
  unit: z.string(),
  /** Since when, milliseconds since 1970. */
  since: z.number(),
  /** JSON: everything else that its kind has to say. */
  detail: z.string(),
});
export type Finding = z.output<typeof findingSchema>;
