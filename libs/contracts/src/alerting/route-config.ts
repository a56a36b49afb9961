import { z } from 'zod';
import { matchersSchema } from './matchers.ts';

const channels = z.array(z.string().max(63)).max(20).describe('Ids of channels.');
const seconds = z.number().int().nonnegative();

/** Where incidents go that no rule has channels of its own for. */
export const routeConfigSchema = z.strictObject({
  match: matchersSchema.default({}),
  channels,
  groupWaitS: seconds
    .max(3_600)
    .optional()
    .describe('Seconds that the first message waits for others of the same rule. Default: critical 0, otherwise 30. An end never waits.'),
  remindEveryS: seconds
    .max(604_800)
    .optional()
    .describe(
      'Seconds between two reminders of what is open and nobody acknowledged; 0: none. Default: critical an hour, warning 12 hours, info none.',
    ),
  digestS: seconds.max(86_400).optional().describe('Messages are collected and told together so often, at full periods of UTC; seconds.'),
  continue: z.boolean().default(false).describe('The routes after it are asked too.'),
});
export type RouteConfig = z.output<typeof routeConfigSchema>;

/** In place of an id: every channel of that type, where none has the type as its id. */
export const shippedRoutes: readonly z.input<typeof routeConfigSchema>[] = [
  { match: { severity: 'critical' }, channels: ['slack', 'pagerduty'] },
  { match: { severity: 'warning' }, channels: ['slack'] },
  { match: { severity: 'info' }, channels: ['email'], digestS: 3_600 },
];
