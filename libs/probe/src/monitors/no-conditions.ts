import type { ConditionStep } from './conditions.ts';

/** Of a job that is no visit of a monitor. */
export const noConditions: ConditionStep = { after: {}, opened: [], resolved: [] };
