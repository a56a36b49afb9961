import { z } from 'zod';
import type { Assertion, AssertionSet } from '../assertions/assertion.ts';
import { checkShape } from './check-shape.ts';
import { type RcProblem, warning } from './rc-problem.ts';

const limit = z.number({ error: 'must be a number of 0 or more' }).min(0, 'must be a number of 0 or more');
const rows = <Name extends string>(name: Name) =>
  z
    .array(
      z.looseObject({ [name]: z.string({ error: 'must be text' }), budget: limit } as Record<Name, z.ZodString> & { budget: typeof limit }),
    )
    .default([]);
const schema = z.array(
  z.looseObject({
    path: z.string({ error: 'must be a path' }).optional(),
    timings: rows('metric'),
    resourceCounts: rows('resourceType'),
    resourceSizes: rows('resourceType'),
  }),
  { error: 'must be a list of budgets' },
);

const bytesOfKib = 1_024;
const method = 'median';

/** Lighthouse's budget.json as assertions: timings in milliseconds, sizes in KiB, counts. https://web.dev/articles/performance-budgets-with-the-lighthouse-bot */
export function readBudgets(value: unknown): { readonly sets: readonly AssertionSet[]; readonly problems: readonly RcProblem[] } {
  const { data = [], problems } = checkShape(schema, value);
  const sets = data.map(({ path, timings, resourceCounts, resourceSizes }) => ({
    ...pathPattern(path),
    assertions: [
      ...timings.map(({ metric, budget }) => atMost(metric, budget)),
      ...resourceCounts.map(({ resourceType, budget }) => atMost(`resource-summary:${resourceType}:count`, budget)),
      ...resourceSizes.map(({ resourceType, budget }) => atMost(`resource-summary:${resourceType}:size`, budget * bytesOfKib)),
    ],
  }));
  const said = sets.length > 0 ? [warning([], 'of budgets the median of the runs counts (Lighthouse CI takes the best)')] : [];
  return { sets, problems: [...problems, ...said] };
}

const atMost = (key: string, maxNumericValue: number): Assertion => ({
  ...{ key, level: 'error', aggregationMethod: method },
  bounds: { maxNumericValue },
});

/** A path as in robots.txt: `*` for anything. All pages without one. */
function pathPattern(path: string | undefined): Pick<AssertionSet, 'urlPattern'> {
  if (path === undefined || path === '/') return {};
  const parts = path.split('*').map((part) => part.replace(/[-[\]{}()*+?.,\\^|#\s]/g, '\\$&'));
  return { urlPattern: `https?://[^/]+${parts.join('.*')}` };
}
