import { channelIds, ruleOf, whoHears } from '#alert';
import { type AlertSeverity, alertSeverities, type ConfigFile } from '#contracts';
import { readConfigFile } from '#platform';
import { UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { readMatchers } from './read-matchers.ts';
import type { Subcommand } from './subcommand.ts';

/** Which channels hear of an incident with these labels; of each severity where none is given. */
export const explainRoutes: Subcommand = async (words, { environment, output }) => {
  const config = await readConfigFile(environment.configPath);
  const { severity, rule: named, ...labels } = readMatchers(words);
  const rule = named === undefined ? undefined : ruleOf(ruleNamed(named, config));
  const known = channelIds(config.channels, environment.alerting);
  const asked = severity === undefined ? alertSeverities.toReversed() : [severityOf(severity)];
  const routes = asked.map((one) => ({ severity: one, ...whoHears({ labels, severity: one, ...(rule && { rule }) }, known) }));
  const lines = routes.map(({ severity: grave, channels, why, missing }) => {
    const lacks = missing.length > 0 ? `; not set up: ${missing.join(', ')}` : '';
    return `${grave.padEnd(8)} -> ${channels.join(', ')} (${why}${lacks})`;
  });
  output.result(lines.join('\n'), { labels, rule: named ?? null, routes });
  return exitCodes.done;
};

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
