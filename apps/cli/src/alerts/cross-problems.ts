import { unknownChannels } from '#alert';
import { alertSeverities, type ConfigFile, type Matchers } from '#contracts';
import type { YamlFile } from './read-yaml.ts';

type Problem = readonly [path: readonly PropertyKey[], message: string];
type Types = ReadonlyMap<string, string>;

/** What the schema of one field cannot say: what names something that is not there. `types`: of the channels there are, by id. */
export function crossProblems({ place }: YamlFile, config: ConfigFile, types: Types): string[] {
  const problems = [
    ...ruleProblems(config, types),
    ...channelProblems(config),
    ...routeProblems(config, types),
    ...heldBackProblems(config),
  ];
  return problems.map(([path, message]) => `${place(path)} ${path.join('.')}: ${message}`);
}

function* ruleProblems({ rules, channels: configured, projects }: ConfigFile, types: Types): Generator<Problem> {
  for (const [index, rule] of rules.entries()) {
    const project = 'project' in rule ? rule.project : undefined;
    if (project !== undefined && !projects.some(({ id }) => id === project))
      yield [['rules', index, 'project'], `${project} is no project`];
    // Without a list of channels the environment decides which there are.
    if (configured.length > 0) yield* namedChannels(['rules', index, 'channels'], rule.channels ?? [], types);
  }
}

function* namedChannels(path: readonly PropertyKey[], channels: readonly string[], types: Types): Generator<Problem> {
  const routes = [{ match: {}, channels: [...channels], continue: false }];
  for (const one of unknownChannels({ routes, types })) yield [path, `${one} is no channel; there are ${[...types.keys()].join(', ')}`];
}

function* channelProblems({ channels }: ConfigFile): Generator<Problem> {
  const types = new Map<string, string>([['log', 'log'], ...channels.map(({ id, type }) => [id, type] as const)]);
  for (const [index, { id, type, fallback }] of channels.entries()) {
    if (channels.findIndex((channel) => channel.id === id) < index) yield [['channels', index, 'id'], `${id} is there twice`];
    for (const one of fallback) {
      if (!types.has(one)) yield [['channels', index, 'fallback'], `${one} is no channel`];
      // Neither knows the incidents of the other.
      if (type === 'pagerduty' && types.get(one) === type) yield [['channels', index, 'fallback'], `${one} is PagerDuty too`];
    }
  }
}

function* routeProblems(config: ConfigFile, types: Types): Generator<Problem> {
  const { routes } = config;
  for (const [index, { channels, match }] of routes.entries()) {
    yield* namedChannels(['routes', index, 'channels'], channels, types);
    yield* matcherProblems(['routes', index, 'match'], match, config);
    const before = routes.findIndex((route) => !route.continue && Object.keys(route.match).length === 0);
    if (before >= 0 && before < index) yield [['routes', index], `is never reached: route ${before + 1} takes everything`];
  }
}

function* heldBackProblems(config: ConfigFile): Generator<Problem> {
  const { muteTimings, inhibitions } = config;
  for (const [index, { id, match }] of muteTimings.entries()) {
    if (muteTimings.findIndex((timing) => timing.id === id) < index) yield [['muteTimings', index, 'id'], `${id} is there twice`];
    yield* matcherProblems(['muteTimings', index, 'match'], match, config);
  }
  for (const [index, { source, target }] of inhibitions.entries()) {
    yield* matcherProblems(['inhibitions', index, 'source'], source, config);
    yield* matcherProblems(['inhibitions', index, 'target'], target, config);
  }
}

/** Rules are not among them: some are made by the API. */
function* matcherProblems(path: readonly PropertyKey[], match: Matchers, { projects }: ConfigFile): Generator<Problem> {
  const known = { severity: [...alertSeverities], project: [...projects.map(({ id }) => id), '@house'] };
  for (const [name, values] of Object.entries(known)) {
    const wanted = Object.hasOwn(match, name) ? match[name]! : '*';
    if (!wanted.includes('*') && !values.some((value) => value === wanted))
      yield [[...path, name], `${wanted} is none; there are ${values.join(', ')}`];
  }
}
