import { z } from 'zod';

/** What an incident is told apart by where it is routed, muted, inhibited or silenced. */
export const matchersSchema = z
  .record(z.string().min(1).max(64), z.string().max(256))
  .refine((given) => Object.keys(given).length <= 20, 'has at most 20 names')
  .describe('Labels, and `project`, `rule` and `severity`, with the values they must have; `*` stands for any text.');
export type Matchers = z.output<typeof matchersSchema>;
