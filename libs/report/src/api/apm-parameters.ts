import { z } from 'zod';
import { limitUpTo, projectParameter, severalOf } from '#platform';
import { metricListParameters, rangeParameters } from './parameters.ts';

const text = z.string().max(256);
const some = (what: string) => severalOf(text).optional().describe(`Only this ${what}; given several times: any of them`);
const limit = limitUpTo(500, 50);

export const traceListParameters = z.strictObject({
  ...projectParameter,
  ...rangeParameters,
  ...{ service: some('service'), env: some('environment'), name: some('operation'), route: some('route'), tool: some('tool') },
  release: some('release'),
  error: z.enum(['true', 'false']).optional().describe('Only those that failed, or that did not'),
  minDuration: z.coerce.number().nonnegative().max(1e9).optional().describe('Milliseconds at least'),
  spans: z.enum(['entry', 'all']).default('entry').describe('entry: those that enter a service; all: those inside as well'),
  sort: z.enum(['newest', 'slowest']).default('newest'),
  limit: limit.describe('Most spans'),
});
export const traceParameters = z.strictObject({ ...projectParameter });

const spanScope = { ...projectParameter, ...rangeParameters, env: some('environment'), release: some('release') };
export const serviceListParameters = z.strictObject({
  ...spanScope,
  service: some('service'),
  limit: limit.describe('Most, those with most requests first'),
});
export const serviceRoutesParameters = z.strictObject({ ...spanScope, limit: limit.describe('Most, those with most requests first') });

export const toolListParameters = z.strictObject({
  ...{ ...projectParameter, ...rangeParameters, env: some('environment') },
  limit: limit.describe('Most, those with most calls first'),
});

export const exemplarParameters = metricListParameters.extend({
  metric: z.string().max(64).describe('Metric, such as LCP or mcp-tool-execution'),
  percentile: z.enum(['p50', 'p75', 'p95', 'p99']).default('p95'),
  limit: limitUpTo(50, 10).describe('Most traces, the nearest first'),
});
