import type { z } from 'zod';

/** The bound that a value broke, as far as its schema names one. */
export function brokenLimit(issue: z.core.$ZodIssue): number | string | null {
  if (issue.code === 'too_big') return Number(issue.maximum);
  if (issue.code === 'too_small') return Number(issue.minimum);
  if (issue.code === 'invalid_value') return issue.values.join(', ');
  if (issue.code === 'invalid_format') return issue.pattern ?? issue.format;
  return null;
}
