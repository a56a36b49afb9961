import { z } from 'zod';

/** Of the jobs of one location that are due, the smallest goes first. */
export const visitPriorities = { on_demand: 1, again: 5, scheduled: 10 } as const;

/** What a job says of the visit that it is for. Nothing of it can be run: scripts and secrets stand with the monitor. */
export const visitRequestSchema = z.strictObject({
  project: z.string(),
  monitor: z.string(),
  trigger: z.enum(['scheduled', 'on_demand']),
});

/** Runners of one place share a line. */
export const visitJobs = (location: string) => `synthetic-run-${location}`;

/** The same moment of a monitor is one visit, however often it is asked for. */
export const scheduledVisitId = (project: string, monitor: string, moment: number) =>
  `${project}.${monitor}.${new Date(moment).toISOString()}`;
