import { backtest, isMeasured, type MeasuredRule, ruleOf } from '#alert';
import { type AlertRuleConfig, alertRuleSchema, type ConfigFile } from '#contracts';
import { readConfigFile, SystemClock } from '#platform';
import { askedProject } from '../asked-project.ts';
import { type OptionValues, UsageError, wholeNumber } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { openHouseWarehouse } from '../house-warehouse.ts';
import { momentOf } from '../moment.ts';
import { backtestText } from './backtest-text.ts';
import { problemLines, readYaml } from './read-yaml.ts';
import type { Subcommand } from './subcommand.ts';

const minuteMs = 60_000;
const usualMs = 30 * 86_400_000;

/** What a rule would have done, by what is stored. */
export const backtestRule: Subcommand = async (words, { environment, output, values, signal }) => {
  if (words.length > 0) throw new UsageError(`alerts backtest takes no ${JSON.stringify(words[0])}`);
  const config = await readConfigFile(environment.configPath);
  const project = askedProject(values.project, config);
  const { rule, against } = await rulesOf(values, config);
  const span = spanOf(values);
  const stepS = wholeNumber(values, 'step', { least: 60, most: 86_400, usual: 0 });
  const warehouse = await openHouseWarehouse(environment, output);
  const onProgress = (share: number) => output.progress(`${Math.round(100 * share)} % judged`);
  try {
    const request = { rule, project, ...span, ...(stepS > 0 && { stepS }), ...(against && { against }) };
    const report = await backtest({ warehouse, signal, onProgress }, request);
    output.result(backtestText(report, rule), report);
    return exitCodes.done;
  } finally {
    await warehouse.close();
  }
};

function spanOf({ from, to }: OptionValues): { from: number; to: number } {
  const now = Math.floor(new SystemClock().now() / minuteMs) * minuteMs;
  const end = momentOf('to', to, now, now);
  const span = { from: momentOf('from', from, now, end - usualMs), to: end };
  if (span.from >= span.to) throw new UsageError('--from must be before --to');
  return span;
}

/** Of a file: held against the rule of the configuration that has its id. */
async function rulesOf({ rule, file }: OptionValues, { rules }: ConfigFile): Promise<{ rule: MeasuredRule; against?: MeasuredRule }> {
  if ((rule === undefined) === (file === undefined)) throw new UsageError('--rule or --file is needed, one of them');
  const saved = (id: string) => rules.find((one) => one.id === id);
  if (typeof file === 'string') {
    const read = await readRule(file);
    const before = saved(read.id);
    const against = before && ruleOf(before);
    return { rule: triable(read), ...(against && isMeasured(against) && { against }) };
  }
  const config = saved(String(rule));
  if (config) return { rule: triable(config) };
  throw new UsageError(`--rule must be one of ${rules.map(({ id }) => id).join(', ')}, not ${JSON.stringify(rule)}`);
}

function triable(config: AlertRuleConfig): MeasuredRule {
  const rule = ruleOf(config);
  if (isMeasured(rule)) return rule;
  throw new UsageError(`a rule of the kind ${rule.kind} cannot be tried: what it tells is found elsewhere`);
}

async function readRule(path: string): Promise<AlertRuleConfig> {
  const file = await readYaml(path).catch((error: Error) => Promise.reject(new UsageError(`--file cannot be read: ${error.message}`)));
  if (file.mistakes.length > 0) throw new UsageError(file.mistakes.join('\n'));
  const parsed = alertRuleSchema.safeParse(file.value);
  if (parsed.success) return parsed.data;
  throw new UsageError(problemLines(file, parsed.error).join('\n'));
}
