import { channelTypes, explainRoute, type Rule, ruleOf, watchText } from '#alert';
import { type AlertSeverity, alertSeverities, type ConfigFile, configFileSchema } from '#contracts';
import { exitCodes } from '../exit-codes.ts';
import { crossProblems } from './cross-problems.ts';
import { problemLines, readYaml } from './read-yaml.ts';
import type { Subcommand } from './subcommand.ts';

interface CheckedRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly watches: string;
  readonly channels: readonly string[];
}

/** Every problem of rules, channels, routes, mute timings and inhibitions at once, and what the rules watch. */
export const checkAlerts: Subcommand = async (_, { environment, output }) => {
  const file = await readYaml(environment.configPath, '');
  const parsed = configFileSchema.safeParse(file.value ?? {});
  const config = parsed.success && file.mistakes.length === 0 ? parsed.data : undefined;
  const refused = file.mistakes.length > 0 ? file.mistakes : parsed.success ? [] : problemLines(file, parsed.error);
  const types = config ? channelTypes(config, environment.alerting) : new Map<string, string>();
  const problems = config ? crossProblems(file, config, types) : refused;
  const { rules, unknown } = config ? describeRules(config, types) : { rules: [], unknown: [] };
  for (const channel of unknown) output.note(`No channel is set up that is called ${channel}; who names it is told by the others.`);
  const said = problems.length === 0 ? 'Rules, channels and routes are in order.' : `${problems.length} to be put right.`;
  const lines = rules.map(
    ({ id, enabled, watches, channels }) => `${id}${enabled ? '' : ' (switched off)'}: ${watches} -> ${channels.join(', ')}`,
  );
  output.result([...problems.map((problem) => `ERROR  ${problem}`), ...lines, said].join('\n'), { problems, rules, unknown });
  return problems.length === 0 ? exitCodes.done : exitCodes.failed;
};

/** Who hears of the gravest that a rule may find, with the labels that it is written for. */
function describeRules({ rules, routes, projects }: ConfigFile, types: ReadonlyMap<string, string>) {
  const unknown = new Set<string>();
  const described = rules.map((config): CheckedRule => {
    const rule = ruleOf(config);
    const { channels: ruleChannels } = config;
    const project = ('project' in config ? config.project : undefined) ?? projects[0]!.id;
    const what = { project, labels: { ...rule.scope }, severity: gravestOf(rule), rule, ...(ruleChannels && { ruleChannels }) };
    const { channels, missing } = explainRoute(what, { routes, types });
    for (const channel of missing) unknown.add(channel);
    return { id: config.id, enabled: config.enabled, watches: watchText(rule), channels };
  });
  return { rules: described, unknown: [...unknown] };
}

/** A finding may be as grave as there is. */
function gravestOf(rule: Rule): AlertSeverity {
  if (rule.kind === 'threshold') return rule.lines[0].severity;
  if (rule.kind === 'burn_rate') return alertSeverities.findLast((severity) => rule.pairs.some((pair) => pair.severity === severity))!;
  return 'severity' in rule ? rule.severity : 'critical';
}
