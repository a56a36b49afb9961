import { z } from 'zod';
import { beaconLimits, deployKinds, measuredStatistics, regressionStates } from '#contracts';
import { instantText, limitUpTo, projectParameter, severalOf } from '#platform';
import {
  agentValues,
  type Dimension,
  dimensions,
  type Filters,
  ratingValues,
  rawDimensions,
  rollupDimensions,
} from '../questions/dimensions.ts';
import { mostPoints } from '../range/buckets.ts';
import { longestRawDays } from '../range/cell-source.ts';
import { longestWindowDays } from '../range/time-range.ts';

const text = z.string().max(beaconLimits.stringLength);
const fromRollups = rollupDimensions.filter((dimension) => dimension !== 'agent');
const fromRaw = rawDimensions.filter((dimension) => dimension !== 'rating');

function textFilter(dimension: string, note = '') {
  return [dimension, severalOf(text).optional().describe(`Only events with this ${dimension}; given several times: any of them${note}`)];
}

const rawNote = `. Answered from raw events, for windows up to ${longestRawDays}d`;
type TextFilters = Record<(typeof fromRollups)[number] | (typeof fromRaw)[number], z.ZodOptional<z.ZodType<string[]>>>;

const filterParameters = {
  ...(Object.fromEntries([
    ...fromRollups.map((dimension) => textFilter(dimension)),
    ...fromRaw.map((dimension) => textFilter(dimension, rawNote)),
  ]) as TextFilters),
  agent: severalOf(z.enum([...agentValues, 'all']))
    .optional()
    .describe('Kinds of senders. Default: everything but bots'),
  rating: severalOf(z.enum(ratingValues)).optional().describe(`Only events rated so${rawNote}`),
};

export const rangeParameters = {
  window: z.string().max(8).optional().describe(`How far back from now: a number of m, h or d, up to ${longestWindowDays}d. Default 24h`),
  from: instantText.optional().describe('Start instead of window: milliseconds since 1970 or ISO 8601 with a zone'),
  to: instantText.optional().describe('End, with from. Default: now'),
};

const statistic = z.enum(measuredStatistics).optional().describe("Statistic of `value`. Default: the metric's own");

export const metricListParameters = z.strictObject({ ...projectParameter, ...rangeParameters, ...filterParameters });

export const metricSeriesParameters = metricListParameters.extend({
  statistic,
  points: z.coerce.number().int().min(60).max(mostPoints).default(mostPoints).describe('Most points; decides the width of a bucket'),
});

export const breakdownParameters = metricListParameters.extend({
  by: z
    .enum(dimensions)
    .describe(`Dimension. ${rawDimensions.join(', ')} are answered from raw events, for windows up to ${longestRawDays}d`),
  statistic,
  limit: limitUpTo(1_000, 50).describe('Most values, those with most events first'),
});

export const dimensionParameters = metricListParameters.extend({
  metric: z.string().optional().describe('Only events of this metric'),
  limit: limitUpTo(1_000, 100).describe('Most values, those with most events first'),
});

export const ledgerParameters = z.strictObject({
  project: projectParameter.project.describe('Only this project; without it all of them, and what is in flight'),
  ...rangeParameters,
  window: rangeParameters.window.describe('How far back from now. Default: everything that is kept'),
});

export const liveParameters = z.strictObject({
  ...projectParameter,
  ...filterParameters,
  metric: z.string().optional().describe('Only events of this metric'),
  limit: limitUpTo(500, 50).describe('Most events, the newest first'),
  since: instantText.optional().describe('Only events that arrived after this instant: the newest receivedAt seen so far'),
});

/** A thousand budgets with every hour are 20 MB by then. */
export const longestBudgetDays = 7;

export const budgetListParameters = z.strictObject({
  ...projectParameter,
  ...rangeParameters,
  window: rangeParameters.window.describe(
    `How far back from now their hours are told: a number of m, h or d, up to ${longestBudgetDays}d. Default 24h`,
  ),
});

export const regressionParameters = z.strictObject({ ...projectParameter });

export const regressionListParameters = z.strictObject({
  ...projectParameter,
  ...rangeParameters,
  window: rangeParameters.window.describe(
    `How far back from now they were found: a number of m, h or d, up to ${longestWindowDays}d. Default 14d`,
  ),
  state: severalOf(z.enum(regressionStates)).optional().describe('Only these; given several times: any of them. Default: all but improved'),
  metric: z.string().optional().describe('Only what is about this metric or rate, among others'),
  limit: limitUpTo(500, 100).describe('Most causes, the newest first'),
});

export const deployParameters = z.strictObject({
  ...projectParameter,
  by: z.string().min(1).max(80).default('api').describe('Who tells it, for the record'),
});

export const deployListParameters = z.strictObject({
  ...projectParameter,
  ...rangeParameters,
  window: rangeParameters.window.describe(
    `How far back from now they went live: a number of m, h or d, up to ${longestWindowDays}d. Default 30d`,
  ),
  app: severalOf(text).optional().describe('Only of this application or service; given several times: any of them'),
  environment: severalOf(text).optional().describe('Only of this environment; given several times: any of them'),
  kind: severalOf(z.enum(deployKinds)).optional().describe('Only these. Default: all'),
  limit: limitUpTo(1_000, 100).describe('Most deploys, the newest first'),
});

/** The filters among checked parameters. `agent=all` is no filter, but not the default either. */
export function filtersOf(query: Readonly<Partial<Record<Dimension, unknown>>>): Filters {
  const given = dimensions.flatMap((dimension) => (Array.isArray(query[dimension]) ? [[dimension, query[dimension]]] : []));
  const filters: Filters = Object.fromEntries(given);
  return filters.agent?.includes('all') ? { ...filters, agent: agentValues } : filters;
}
