import { showMeasure, unitOf } from '#contracts';
import { type BurnRateRule, isMeasured, type MeasuredRule, type Rule } from './rule.ts';

/** What a rule watches, in a sentence: `mcp_tool_duration_p95 above 2.5 s over 5 min, each app and environment, from 100 samples on`. */
export function watchText(rule: Rule): string {
  if (isMeasured(rule)) return measuredText(rule);
  if (rule.kind === 'self') return `trouble of the house itself with its ${rule.about} (${rule.severity})`;
  const { metric, minSeverity } = rule.config;
  const of = metric === undefined ? '' : ` of ${metric}`;
  return [`every finding of the kind ${rule.kind}${of}, ${minSeverity} or graver`, ...scopeText(rule)].join(', ');
}

function measuredText(rule: MeasuredRule): string {
  const { groupBy } = rule.config;
  const { triggerAfter, intervalMs } = rule.patience;
  return [
    conditionText(rule),
    ...scopeText(rule),
    ...(groupBy.length > 0 ? [`each ${groupBy.join(' and ')} on its own`] : []),
    `from ${rule.minSamples} samples on`,
    `every ${lengthText(intervalMs / 1_000)}, broken ${triggerAfter === 1 ? 'once' : `${triggerAfter} times in a row`}`,
  ].join(', ');
}

function conditionText(rule: MeasuredRule): string {
  const { metric } = rule.config;
  if (rule.kind === 'absence')
    return `${metric} without any event for ${lengthText(rule.timeoutS)}, expected for ${lengthText(rule.forgetAfterS)} (${rule.severity})`;
  if (rule.kind === 'burn_rate') return burnText(rule);
  return `${metric} ${valueText(rule)} over ${lengthText(rule.config.windowS)}`;
}

function burnText({ config, slo, pairs }: BurnRateRule): string {
  const each = pairs.map(
    ({ longS, shortS, factor, severity }) => `${factor} times too fast over ${lengthText(longS)} and ${lengthText(shortS)} (${severity})`,
  );
  return `${config.metric} using up the error budget of ${showMeasure(slo, 'ratio')} good in ${config.windowDays} days: ${each.join(' or ')}`;
}

function valueText(rule: Extract<MeasuredRule, { kind: 'threshold' | 'change' }>): string {
  const show = (value: number) => showMeasure(value, unitOf(rule.metric));
  if (rule.kind === 'threshold')
    return rule.lines.map(({ severity, threshold }) => `${rule.condition} ${show(threshold)} (${severity})`).join(' or ');
  const { condition, changePercent, compare, floor, severity } = rule;
  const against =
    compare === 'window' ? '' : ` against ${{ previous: 'the window before', day: 'a day ago', week: 'a week ago' }[compare]}`;
  return `${condition} by more than ${changePercent} %${against} (${severity})${floor === null ? '' : ` and above ${show(floor)}`}`;
}

const scopeText = ({ scope }: Rule) => Object.entries(scope).map(([name, value]) => `only ${name} ${value}`);

function lengthText(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  return seconds % 3_600 === 0 ? `${seconds / 3_600} h` : `${seconds / 60} min`;
}
