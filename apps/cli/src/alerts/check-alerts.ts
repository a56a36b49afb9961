import { channelIds, ruleOf, watchText, whoHears } from '#alert';
import { type AlertRuleConfig, type AlertSeverity, type ConfigFile, configFileSchema } from '#contracts';
import type { AlertingEnvironment } from '#platform';
import { exitCodes } from '../exit-codes.ts';
import { problemLines, readYaml, type YamlFile } from './read-yaml.ts';
import type { Subcommand } from './subcommand.ts';

interface CheckedRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly watches: string;
  readonly channels: readonly string[];
}

/** Every problem of rules and channels at once, and what the rules watch. */
export const checkAlerts: Subcommand = async (_, { environment, output }) => {
  const file = await readYaml(environment.configPath, '');
  const parsed = configFileSchema.safeParse(file.value ?? {});
  const config = parsed.success && file.mistakes.length === 0 ? parsed.data : undefined;
  const refused = file.mistakes.length > 0 ? file.mistakes : parsed.success ? [] : problemLines(file, parsed.error);
  const problems = config ? crossProblems(file, config) : refused;
  const { rules, unknown } = config ? describeRules(config, environment.alerting) : { rules: [], unknown: [] };
  for (const channel of unknown) output.note(`No channel is set up that is called ${channel}; who names it is told by the others.`);
  const said = problems.length === 0 ? 'Rules and channels are in order.' : `${problems.length} to be put right.`;
  const lines = rules.map(
    ({ id, enabled, watches, channels }) => `${id}${enabled ? '' : ' (switched off)'}: ${watches} -> ${channels.join(', ')}`,
  );
  output.result([...problems.map((problem) => `ERROR  ${problem}`), ...lines, said].join('\n'), { problems, rules, unknown });
  return problems.length === 0 ? exitCodes.done : exitCodes.failed;
};

/** What the schema of one field cannot say. */
function crossProblems({ place }: YamlFile, { rules, channels, projects }: ConfigFile): string[] {
  const at = (path: readonly PropertyKey[], message: string) => `${place(path)} ${path.join('.')}: ${message}`;
  const known = new Set(projects.map(({ id }) => id));
  const named = new Set([...channels.map(({ id }) => id), 'log']);
  const ofRules = rules.flatMap(({ id, project, channels: wanted = [] }, index) => [
    ...(rules.findIndex((rule) => rule.id === id) < index ? [at(['rules', index, 'id'], `${id} is used by two rules`)] : []),
    ...(project === undefined || known.has(project) ? [] : [at(['rules', index, 'project'], `${project} is no project`)]),
    // Without a list of channels the environment decides which there are.
    ...(channels.length === 0 ? [] : wanted.filter((one) => !named.has(one))).map((one) =>
      at(['rules', index, 'channels'], `${one} is no channel; there are ${[...named].join(', ')}`),
    ),
  ]);
  const ofChannels = channels.flatMap(({ id, fallback }, index) => [
    ...(channels.findIndex((channel) => channel.id === id) < index ? [at(['channels', index, 'id'], `${id} is there twice`)] : []),
    ...fallback.filter((one) => !named.has(one)).map((one) => at(['channels', index, 'fallback'], `${one} is no channel`)),
  ]);
  return [...ofRules, ...ofChannels];
}

function describeRules({ rules, channels }: ConfigFile, environment: AlertingEnvironment): { rules: CheckedRule[]; unknown: string[] } {
  const known = channelIds(channels, environment);
  const unknown = new Set<string>();
  const described = rules.map((config) => {
    const rule = ruleOf(config);
    const hearers = whoHears({ labels: {}, severity: gravest(config), rule }, known);
    for (const channel of hearers.missing) unknown.add(channel);
    return { id: config.id, enabled: config.enabled, watches: watchText(rule), channels: hearers.channels };
  });
  return { rules: described, unknown: [...unknown] };
}

/** A finding may be as grave as there is. */
const gravest = (config: AlertRuleConfig): AlertSeverity => ('severity' in config ? config.severity : 'critical');
