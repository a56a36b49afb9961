import { z } from 'zod';
import { matchersSchema } from './matchers.ts';

/** Nobody is told of the target while the source is open. */
export const inhibitionSchema = z.strictObject({
  source: matchersSchema,
  target: matchersSchema,
  equal: z
    .array(z.string().max(64))
    .max(20)
    .default([])
    .describe('Labels in which both must agree; one that both lack agrees, but they must share one that they have.'),
});
export type InhibitionConfig = z.output<typeof inhibitionSchema>;

/** What is graver is told alone. */
export const shippedInhibitions: readonly z.input<typeof inhibitionSchema>[] = [
  { source: { severity: 'critical' }, target: { severity: 'warning' }, equal: ['app', 'environment', 'route', 'tool', 'metric'] },
];
