import { z } from 'zod';
import { type AggregationMethod, type Assertion, type AssertionBounds, aggregationMethods } from '../assertions/assertion.ts';
import { checkShape } from './check-shape.ts';
import { below, type RcProblem } from './rc-problem.ts';
import { unknownKeys } from './unknown-keys.ts';

const levels = ['off', 'warn', 'error'] as const;
const level = z.enum(levels, { error: `must be ${levels.join(', ')}` });
const least0 = z.number({ error: 'must be a number of 0 or more' }).min(0, 'must be a number of 0 or more');
const score = z
  .number({ error: 'must be a number from 0 to 1' })
  .min(0, 'must be a number from 0 to 1')
  .max(1, 'must be a number from 0 to 1');
const length = z.int({ error: 'must be a whole number of 0 or more' }).min(0, 'must be a whole number of 0 or more');

const boundsShape = {
  minScore: score.optional(),
  maxLength: length.optional(),
  maxNumericValue: least0.optional(),
  maxIncrease: least0.optional(),
  maxIncreasePercent: least0.optional(),
  aggregationMethod: z.enum(aggregationMethods, { error: `must be one of ${aggregationMethods.join(', ')}` }).optional(),
};
const options = z.looseObject(boundsShape, { error: 'must be an object of limits' });
const schema = z.tuple([level], options, { error: 'must be a level or [level, {limits}]' });

/** One value of `assertions`. `presetBounds` hold where this one says nothing; no assertion where it is off or wrong. */
export function readAssertion(key: string, value: unknown, usual: AggregationMethod, presetBounds: AssertionBounds = {}) {
  const { data, problems } = checkShape(schema, typeof value === 'string' ? [value] : value);
  if (data === undefined) return { problems };
  const [asked, written] = data;
  const unknown: RcProblem[] = written === undefined ? [] : below([1], unknownKeys(written, Object.keys(boundsShape)));
  if (asked === 'off') return { problems: unknown };
  // A level alone stands for itself: what the preset said is gone, as in Lighthouse CI.
  const inherited = typeof value === 'string' ? {} : presetBounds;
  const { aggregationMethod = usual, ...bounds } = { ...inherited, ...written };
  const assertion: Assertion = { key, level: asked, aggregationMethod, bounds: knownBounds(bounds) };
  return { assertion, problems: unknown };
}

function knownBounds(written: Readonly<Record<string, unknown>>): AssertionBounds {
  const known = Object.keys(boundsShape).filter((name) => name !== 'aggregationMethod');
  return Object.fromEntries(known.flatMap((name) => (written[name] === undefined ? [] : [[name, written[name]]])));
}
