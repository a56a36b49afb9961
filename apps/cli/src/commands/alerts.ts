import { backtestRule } from '../alerts/backtest-rule.ts';
import { checkAlerts } from '../alerts/check-alerts.ts';
import { explainRoutes } from '../alerts/explain-routes.ts';
import { operateSilences } from '../alerts/operate-silences.ts';
import { replayAlerts } from '../alerts/replay-alerts.ts';
import type { Subcommand } from '../alerts/subcommand.ts';
import { testRules } from '../alerts/test-rules.ts';
import { type Command, UsageError } from '../command.ts';

const subcommands: Readonly<Record<string, Subcommand>> = {
  check: checkAlerts,
  test: testRules,
  routes: explainRoutes,
  silence: operateSilences,
  backtest: backtestRule,
  replay: replayAlerts,
};

const text = { type: 'string' } as const;

export const alertsCommand: Command = {
  name: 'alerts',
  summary: 'check and try alert rules, silence what is known',
  usage: 'check | test FILE | routes [NAME=VALUE ...] | silence add|list|end | backtest | replay [options]',
  help: `  check          what is wrong with rules and channels of the configuration, with lines, and what each rule watches;
                 exit code 1 where something is wrong
  test FILE      runs the rule tests of a YAML file; exit code 1 where one fails; --junit FILE writes JUnit's XML too
  routes tool=search severity=critical rule=ID
                 which channels hear of it, and why
  silence add tool=search --for 2h --comment WHY [--incident ID] [--author NAME]
                 for so long (m, h, d, up to 90d; or --until, an ISO 8601 time) nobody is told of what matches; with
                 --incident it ends with that incident
  silence list   silences that last or are to come
  silence end ID ends one before its time
  backtest --rule ID | --file rule.yml [--from 30d] [--to TIME] [--step SECONDS]
                 what a rule would have done: of the configuration, or of a file with one rule (held against the rule of
                 the same id). Times are a length before now (m, h, d), or ISO 8601
  replay [--from 24h] [--to TIME]
                 puts what was judged live through the same decisions again; exit code 1 where anything comes out otherwise

  --project ID   project that is meant (default: the open or only one of the configuration)
  --url URL      server for silence (default: the one that works on the data folder)
  --token TOKEN  for servers that want one (default BEACONHOUSE_OPERATE_TOKEN)

docs/trying-rules.md shows the formats.`,
  options: {
    ...{ project: text, junit: text, for: text, until: text, comment: text, incident: text, author: text },
    ...{ rule: text, file: text, from: text, to: text, step: text, url: text, token: text },
  },
  takesWords: true,
  async run(context) {
    const [name, ...words] = context.positionals;
    const subcommand = name !== undefined && Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
    if (!subcommand) throw new UsageError(`alerts knows ${Object.keys(subcommands).join(', ')}, not ${JSON.stringify(name ?? '')}`);
    return subcommand(words, context);
  },
};
