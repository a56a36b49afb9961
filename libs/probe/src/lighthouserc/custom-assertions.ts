import { z } from 'zod';
import { type Assertion, type AssertionSet, aggregationMethods } from '../assertions/assertion.ts';
import { kebabCase } from '../assertions/kebab-case.ts';
import { assertionKeyProblems } from './assertion-key.ts';
import { checkShape } from './check-shape.ts';
import { patternSchema } from './pattern-schema.ts';
import { below, mistake, type RcProblem } from './rc-problem.ts';
import { unknownKeys } from './unknown-keys.ts';

/** A limit that is reached is kept, whatever the operator is called: as everywhere else in the file. */
const atMost = ['lessThan', 'lessThanOrEqual', 'less_than', 'less_than_or_equal', 'lt', 'lte', '<', '<='] as const;
const atLeast = ['greaterThan', 'greaterThanOrEqual', 'greater_than', 'greater_than_or_equal', 'gt', 'gte', '>', '>='] as const;
const operators: readonly string[] = [...atMost, ...atLeast];

const text = (what: string) => z.string({ error: `must be ${what}` }).min(1, `must be ${what}`);
const schema = z.looseObject(
  {
    name: text('a name'),
    description: text('a sentence').optional(),
    auditId: text("an audit's id"),
    operator: z
      .string({ error: 'must be lessThan or greaterThan' })
      .refine((word) => operators.includes(word), 'must be lessThan or greaterThan'),
    threshold: z.number({ error: 'must be a number' }),
    urlPattern: patternSchema.optional(),
    level: z.enum(['warn', 'error'], { error: 'must be warn or error' }).default('error'),
    aggregationMethod: z.enum(aggregationMethods, { error: `must be one of ${aggregationMethods.join(', ')}` }).default('median'),
  },
  { error: 'must be an object' },
);

/**
 * `customAssertions`: limits with a name of their own, for pages whose address matches `urlPattern`, or all. `lessThan` is about the audit's number,
 * `greaterThan` about its score. Lighthouse CI reads none of them.
 */
export function readCustomAssertions(value: unknown): { readonly sets: readonly AssertionSet[]; readonly problems: readonly RcProblem[] } {
  if (value === undefined) return { sets: [], problems: [] };
  const { data, problems } = checkShape(z.array(z.unknown(), { error: 'must be a list' }), value);
  const read = (data ?? []).map((each, index) => {
    const { set, problems: found } = readCustom(each);
    return { set, problems: below([index], found) };
  });
  return {
    sets: read.flatMap(({ set }) => set ?? []),
    problems: below(['customAssertions'], [...problems, ...read.flatMap(({ problems: found }) => found)]),
  };
}

function readCustom(value: unknown): { set?: AssertionSet; problems: readonly RcProblem[] } {
  const { data, problems } = checkShape(schema, value);
  if (data === undefined) return { problems };
  const { name, auditId, operator, threshold, urlPattern, level, aggregationMethod } = data;
  const key = kebabCase(auditId).replaceAll('.', ':');
  const isLow = (atMost as readonly string[]).includes(operator);
  const wrong = isLow ? threshold < 0 : threshold < 0 || threshold > 1;
  const limit = isLow ? 'a number of 0 or more' : 'a score from 0 to 1, since greaterThan is about scores';
  const assertion: Assertion = {
    ...{ key, level, aggregationMethod, label: name },
    bounds: isLow && !key.startsWith('categories:') ? { maxNumericValue: threshold } : { minScore: threshold },
  };
  const found = [
    ...unknownKeys(data, Object.keys(schema.shape)),
    ...below(['auditId'], assertionKeyProblems(key)),
    ...(wrong ? [mistake(['threshold'], `must be ${limit}, not ${threshold}`)] : []),
    ...(isLow && key.startsWith('categories:')
      ? [mistake(['operator'], 'must be greaterThan for a category, which has a score only')]
      : []),
  ];
  return { set: { ...(urlPattern !== undefined && { urlPattern }), assertions: [assertion] }, problems: found };
}
