import { readFile, writeFile } from 'node:fs/promises';
import {
  annotationLines,
  type Budget,
  budgetsOf,
  checkBudgets,
  GivenValueInvalid,
  givenValuesSchema,
  type Judged,
  judgeGiven,
  junitOf,
  verdictDocument,
  verdictLines,
} from '#detect';
import { readConfigFile, SystemClock } from '#platform';
import { askedProject } from '../asked-project.ts';
import { type Command, type OptionValues, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { openHouseWarehouse } from '../house-warehouse.ts';

const minuteMs = 60_000;
const hoursOf: Readonly<Record<string, number>> = { m: 1 / 60, h: 1, d: 24 };
const longestHours = 7 * 24;

export const checkCommand: Command = {
  name: 'check',
  summary: 'hold what was measured against the budgets',
  usage: '[--project ID] [--since 24h | --metrics FILE] [--junit FILE]',
  help: `  --project ID    project whose budgets and events are meant (default: the open or only one of the configuration)
  --since LENGTH  judges by what came in the last so many m, h or d, up to 7d
                  (default: by the last 1h, 6h or 24h, the shortest that has samples enough)
  --metrics FILE  judges values of a JSON file instead: {"LCP": 2300, "mcp_tool_error_rate": "0.4%"} or
                  [{"metric": "LCP", "value": "2.3 s", "route": "/checkout"}]
  --junit FILE    writes the verdicts as JUnit's XML too

Budgets stand in beaconhouse.yml; without any there those that Beaconhouse ships. Exit code 1 when one of severity error is
broken. On GitHub Actions what is broken is annotated.`,
  options: { project: { type: 'string' }, since: { type: 'string' }, metrics: { type: 'string' }, junit: { type: 'string' } },
  async run({ environment, output, values }) {
    const config = await readConfigFile(environment.configPath);
    const project = askedProject(values.project, config);
    const budgets = budgetsOf(config.budgets, project);
    const windows = windowsOf(values);
    const verdicts = await verdictsOf();
    if (typeof values.junit === 'string') await writeFile(values.junit, junitOf(verdicts, project));
    const document = verdictDocument(verdicts, project);
    output.result(verdictLines(verdicts).join('\n'), document);
    if (environment.onGitHubActions) for (const line of annotationLines(verdicts)) output.note(line);
    return document.passed ? exitCodes.done : exitCodes.failed;

    async function verdictsOf(): Promise<readonly Judged[]> {
      if (typeof values.metrics === 'string') return judgeFile(values.metrics, budgets);
      const warehouse = await openHouseWarehouse(environment, output);
      const to = Math.ceil(new SystemClock().now() / minuteMs) * minuteMs;
      try {
        return await checkBudgets(warehouse, { project, budgets, to, ...(windows && { windows }) });
      } finally {
        await warehouse.close();
      }
    }
  },
};

function windowsOf({ since, metrics }: OptionValues): readonly number[] | undefined {
  if (since === undefined) return undefined;
  if (metrics !== undefined) throw new UsageError('--since and --metrics cannot both be given: a file has no window');
  const [, digits, unit] = /^(\d{1,5})([mhd])$/.exec(String(since)) ?? [];
  const hours = Number(digits) * (hoursOf[unit ?? ''] ?? Number.NaN);
  if (hours > 0 && hours <= longestHours) return [hours];
  throw new UsageError(`--since must be a number of m, h or d up to 7d, such as 90m, not ${JSON.stringify(since)}`);
}

async function judgeFile(path: string, budgets: readonly Budget[]): Promise<readonly Judged[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) =>
    Promise.reject(new UsageError(`--metrics cannot be read: ${error.message}`)),
  );
  const parsed = givenValuesSchema.safeParse(parseJson(path, text));
  if (!parsed.success)
    throw new UsageError(
      `--metrics ${path} is neither {"metric": value} nor [{"metric": ..., "value": ...}] with app, environment, route, tool`,
    );
  try {
    return judgeGiven(budgets, parsed.data);
  } catch (error) {
    throw error instanceof GivenValueInvalid ? new UsageError(`--metrics ${path}: ${error.message}`) : error;
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--metrics ${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}
