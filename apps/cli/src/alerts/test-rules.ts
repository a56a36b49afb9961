import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMeasured, type MeasuredRule, type RuleTest, ruleOf, ruleTestFileSchema, runRuleTest, SeriesInvalid } from '#alert';
import type { AlertRuleConfig } from '#contracts';
import { xmlQuoted } from '#detect';
import { readConfigFile } from '#platform';
import { UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { problemLines, readYaml } from './read-yaml.ts';
import type { Subcommand } from './subcommand.ts';

interface Tested {
  readonly name: string;
  readonly rule: string;
  readonly passed: boolean;
  readonly problems: readonly string[];
}

/** Unit tests of rules: given series, and what is expected of them. */
export const testRules: Subcommand = async ([path, ...more], { output, values }) => {
  if (path === undefined || more.length > 0) throw new UsageError('alerts test takes one file, such as rules.test.yml');
  const { rules, tests } = await readTests(path);
  const tested = tests.map((test): Tested => {
    const problems = problemsOf(path, ruleFor(path, test, rules), test);
    return { name: test.name, rule: test.rule, passed: problems.length === 0, problems };
  });
  const failed = tested.filter(({ passed }) => !passed).length;
  if (typeof values.junit === 'string') await writeFile(values.junit, junitOf(path, tested));
  const lines = tested.flatMap(({ name, passed, problems }) => [
    `${passed ? 'PASS' : 'FAIL'}  ${name}`,
    ...problems.map((problem) => `      ${problem}`),
  ]);
  output.result([...lines, `Rule tests: ${tested.length - failed} passed, ${failed} failed`].join('\n'), { passed: failed === 0, tested });
  return failed === 0 ? exitCodes.done : exitCodes.failed;
};

async function readTests(path: string): Promise<{ rules: readonly AlertRuleConfig[]; tests: readonly RuleTest[] }> {
  const file = await readYaml(path).catch((error: Error) => Promise.reject(new UsageError(`${path} cannot be read: ${error.message}`)));
  if (file.mistakes.length > 0) throw new UsageError(file.mistakes.join('\n'));
  const parsed = ruleTestFileSchema.safeParse(file.value);
  if (!parsed.success) throw new UsageError(problemLines(file, parsed.error).join('\n'));
  const { config, rules, tests } = parsed.data;
  const configured = config === undefined ? [] : (await readConfigFile(join(dirname(path), config))).rules;
  return { rules: [...rules, ...configured], tests };
}

function ruleFor(path: string, { name, rule: id }: RuleTest, rules: readonly AlertRuleConfig[]): MeasuredRule {
  const config = rules.find((one) => one.id === id);
  if (!config) throw new UsageError(`${path}: ${name}: there is no rule ${JSON.stringify(id)}`);
  const rule = ruleOf(config);
  if (!isMeasured(rule)) throw new UsageError(`${path}: ${name}: a rule of the kind ${rule.kind} has no series`);
  return rule;
}

function problemsOf(path: string, rule: MeasuredRule, test: RuleTest): string[] {
  try {
    return runRuleTest(rule, test);
  } catch (error) {
    throw error instanceof SeriesInvalid ? new UsageError(`${path}: ${test.name}: ${error.message}`) : error;
  }
}

/** https://github.com/testmoapp/junitxml */
function junitOf(path: string, tested: readonly Tested[]): string {
  const cases = tested.map(({ name, rule, problems }) => {
    const body = problems.length === 0 ? '' : `<failure message=${xmlQuoted(problems.join('\n'))} type="rule"/>`;
    return `    <testcase classname=${xmlQuoted(rule)} name=${xmlQuoted(name)}>${body}</testcase>\n`;
  });
  const failures = tested.filter(({ passed }) => !passed).length;
  const suite = `  <testsuite name=${xmlQuoted(path)} tests="${tested.length}" failures="${failures}">\n${cases.join('')}  </testsuite>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suite}</testsuites>\n`;
}
