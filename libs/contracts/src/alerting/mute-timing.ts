import { z } from 'zod';
import { matchersSchema } from './matchers.ts';

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

const minuteOfDay = /^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/;
const timeOfDay = z.string().regex(minuteOfDay, 'is a time of day such as 07:30, at most 24:00');

/** Recurring times in which nobody is told of what matches. */
export const muteTimingSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is lower case letters, digits and -, at most 63')
    .describe('As people call it.'),
  match: matchersSchema.default({}),
  weekdays: z.array(z.enum(weekdays)).max(7).default([]).describe('Days on which a time begins; empty means all.'),
  times: z
    .array(z.strictObject({ from: timeOfDay, to: timeOfDay }))
    .max(20)
    .default([])
    .describe('Times of the day; one that ends before it begins goes past midnight. Empty: the whole day.'),
  timezone: z.string().max(64).default('UTC').refine(isTimezone, 'is no time zone, such as Europe/Berlin').describe('IANA name.'),
});
export type MuteTimingConfig = z.output<typeof muteTimingSchema>;

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
