import { z } from 'zod';
import { givenMonitorSchema } from '#contracts';
import { limitUpTo, projectParameter } from '#platform';

export const oneParameters = z.strictObject(projectParameter);
export const monitorParameters = z.strictObject({
  ...projectParameter,
  days: limitUpTo(365, 14).describe('Days of its history. Default 14'),
});
export const changeParameters = z.strictObject({
  ...projectParameter,
  by: z.string().min(1).max(80).default('api').describe('Who does it, for the record.'),
});

export const monitorBody = givenMonitorSchema;

export const fromFieldBody = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_048)
    .describe('Address of the site: a route is a path below it.'),
  count: z.number().int().min(1).max(50).default(5).describe('Monitors that are made, at most.'),
  everyMinutes: z.number().int().min(5).max(10_080).default(60).describe('Minutes between two visits.'),
  dryRun: z.boolean().default(false).describe('Only says which it would make.'),
});
