import { z } from 'zod';
import { type AggregationMethod, type Assertion, type AssertionSet, aggregationMethods } from '../assertions/assertion.ts';
import { assertionKeyOf, assertionKeyProblems } from './assertion-key.ts';
import { readAssertion } from './assertion-value.ts';
import { checkShape } from './check-shape.ts';
import { patternSchema } from './pattern-schema.ts';
import { type PresetName, presetNames, presetOf } from './presets.ts';
import { below, mistake, type RcProblem, warning } from './rc-problem.ts';
import { unknownKeys } from './unknown-keys.ts';

export interface AssertSection {
  readonly sets: readonly AssertionSet[];
  /** Passed assertions that only a preset brought are listed one by one too. */
  readonly includePassed: boolean;
  readonly budgetsFile?: string;
  readonly problems: readonly RcProblem[];
}

const base = {
  preset: z.enum(presetNames, { error: `must be one of ${presetNames.join(', ')}` }).optional(),
  aggregationMethod: z.enum(aggregationMethods, { error: `must be one of ${aggregationMethods.join(', ')}` }).optional(),
  assertions: z.record(z.string(), z.unknown(), { error: 'must be an object of audits' }).optional(),
};
const matrixEntry = z.looseObject({ ...base, matchingUrlPattern: patternSchema.optional() }, { error: 'must be an object' });
const schema = z.looseObject(
  {
    ...base,
    assertMatrix: z.array(matrixEntry, { error: 'must be a list' }).optional(),
    budgetsFile: z.string({ error: 'must be a path' }).optional(),
    includePassedAssertions: z.boolean({ error: 'must be true or false' }).default(false),
  },
  { error: 'must be an object' },
);
const knownKeys = [...Object.keys(schema.shape), 'lhr'];
const usual: AggregationMethod = 'median';

/** Understands `assert` of a configuration, or as much as there is to understand. */
export function readAssertSection(section: unknown): AssertSection {
  const { data, problems } = checkShape(schema, section ?? {});
  if (data === undefined) return { sets: [], includePassed: false, problems };
  const read = readSets(data);
  return {
    sets: read.map(({ set }) => set).filter(({ assertions }) => assertions.length > 0),
    includePassed: data.includePassedAssertions,
    ...(data.budgetsFile !== undefined && { budgetsFile: data.budgetsFile }),
    problems: [
      ...unknownKeys(data, knownKeys),
      ...(data.assertMatrix ?? []).flatMap((entry, index) => below(['assertMatrix', index], unknownKeys(entry, matrixKeys))),
      ...exclusive(data),
      ...unsaidAggregation(data),
      ...read.flatMap(({ problems: found }) => found),
    ],
  };
}

const matrixKeys = Object.keys(matrixEntry.shape);

type Section = z.infer<typeof schema>;

function exclusive({ assertMatrix, budgetsFile, assertions, preset, aggregationMethod }: Section): RcProblem[] {
  const others = Object.entries({ assertions, preset, aggregationMethod }).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  if (assertMatrix !== undefined && others.length > 0)
    return [mistake(['assertMatrix'], `assertMatrix cannot be used with ${others.join(', ')}: write them into its entries`)];
  if (budgetsFile !== undefined && (others.length > 0 || assertMatrix !== undefined))
    return [mistake(['budgetsFile'], 'budgetsFile cannot be used with other assertions')];
  return [];
}

function unsaidAggregation(section: Section): RcProblem[] {
  const entries = section.assertMatrix ?? [section];
  const unsaid = entries.some(({ aggregationMethod, ...entry }) => aggregationMethod === undefined && (entry.assertions ?? entry.preset));
  if (!unsaid) return [];
  const message = 'aggregationMethod is not written: the median of the runs counts (Lighthouse CI takes the best, which hides failures)';
  return [warning([], message)];
}

function readSets(section: Section): { set: AssertionSet; problems: RcProblem[] }[] {
  if (section.assertMatrix === undefined) return [readSet(section)];
  return section.assertMatrix.map((entry, index) => {
    const { set, problems } = readSet(entry);
    return { set, problems: below(['assertMatrix', index], problems) };
  });
}

interface SetSource {
  readonly preset?: PresetName | undefined;
  readonly aggregationMethod?: AggregationMethod | undefined;
  readonly assertions?: Readonly<Record<string, unknown>> | undefined;
  readonly matchingUrlPattern?: string | undefined;
}

function readSet({ preset, aggregationMethod = usual, assertions = {}, matchingUrlPattern }: SetSource) {
  const problems: RcProblem[] = [];
  const merged = new Map(preset === undefined ? [] : presetAssertions(preset, aggregationMethod));
  for (const [written, value] of Object.entries(assertions)) {
    const key = assertionKeyOf(written);
    const read = readAssertion(key, value, aggregationMethod, merged.get(key)?.bounds);
    problems.push(...below(['assertions', written], [...assertionKeyProblems(key), ...read.problems]));
    if (read.assertion === undefined) merged.delete(key);
    else merged.set(key, read.assertion);
  }
  const set: AssertionSet = {
    ...(matchingUrlPattern !== undefined && { urlPattern: matchingUrlPattern }),
    assertions: [...merged.values()],
  };
  return { set, problems };
}

function presetAssertions(preset: PresetName, aggregationMethod: AggregationMethod): [string, Assertion][] {
  return [...presetOf(preset)].flatMap(([key, { level, bounds }]) =>
    level === 'off' ? [] : [[key, { key, level, bounds, aggregationMethod, ofPreset: true }] satisfies [string, Assertion]],
  );
}
