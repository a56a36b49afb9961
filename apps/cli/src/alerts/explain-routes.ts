import { channelTypes, explainRoute, ruleOf } from '#alert';
import { type AlertSeverity, alertSeverities, type ConfigFile } from '#contracts';
import { readConfigFile } from '#platform';
import { UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readMatchers } from './read-matchers.ts';
import type { Subcommand } from './subcommand.ts';

/** Which channels hear of an incident with these labels; of each severity where none is given. */
export const explainRoutes: Subcommand = async (words, { environment, output }) => {
  const config = await readConfigFile(environment.configPath);
  const { severity, rule: named, project = config.projects[0]!.id, ...given } = readMatchers(words);
  const rule = named === undefined ? undefined : ruleOf(ruleNamed(named, config));
  const labels = { ...rule?.scope, ...given };
  const types = channelTypes(config, environment.alerting);
  const asked = severity === undefined ? alertSeverities.toReversed() : [severityOf(severity)];
  const ruleChannels = rule?.config.channels;
  const routes = asked.map((one) => {
    const what = { project, labels, severity: one, rule: { id: named ?? '' }, ...(ruleChannels && { ruleChannels }) };
    return { severity: one, ...explainRoute(what, { routes: config.routes, types }) };
  });
  const lines = routes.flatMap(({ severity: grave, channels, because, ...times }) => [
    `${grave.padEnd(8)} -> ${channels.join(', ')} (${timesText(times)})`,
    ...because.map((line) => `    ${line}`),
  ]);
  output.result(lines.join('\n'), { project, labels, rule: named ?? null, routes });
  return exitCodes.done;
};

interface Times {
  readonly groupWaitMs: number;
  readonly remindMs: number;
  readonly digestMs: number;
}

function timesText({ groupWaitMs, remindMs, digestMs }: Times): string {
  const seconds = (ms: number) => `${ms / 1_000} s`;
  const first = digestMs > 0 ? `collected for ${seconds(digestMs)}` : groupWaitMs > 0 ? `after ${seconds(groupWaitMs)}` : 'at once';
  return `${first}, ${Number.isFinite(remindMs) ? `again every ${seconds(remindMs)}` : 'no reminders'}`;
}

function severityOf(given: string): AlertSeverity {
  const severity = alertSeverities.find((one) => one === given);
  if (severity) return severity;
  throw new UsageError(`severity is one of ${alertSeverities.join(', ')}, not ${JSON.stringify(given)}`);
}

function ruleNamed(id: string, { rules }: ConfigFile) {
  const rule = rules.find((one) => one.id === id);
  if (rule) return rule;
  throw new UsageError(`there is no rule ${JSON.stringify(id)}; there are ${rules.map((one) => one.id).join(', ')}`);
}
