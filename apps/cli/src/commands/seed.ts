import type { ConfigFile } from '#contracts';
import { readConfigFile, SystemClock } from '#platform';
import { type Command, type OptionValues, UsageError, wholeNumber } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { describeSeed, progressLine, seedDocument } from '../seed/describe-seed.ts';
import { openSeedTarget } from '../seed/open-seed-target.ts';
import { seed } from '../seed/seed.ts';
import type { SeedRequest } from '../seed/seed-plan.ts';

const rowsPerDay = 150_000;
const mostDays = 30;

export const seedCommand: Command = {
  name: 'seed',
  summary: 'write believable traffic with two planted regressions',
  usage: '[--days 14] [--rows N] [--project default] [--seed 1] [--until TIME]',
  help: `  --days N       days of traffic, the last one today; 1 to ${mostDays}, and no more than raw events are kept (default 14)
  --rows N       events in all, about (default ${rowsPerDay.toLocaleString('en')} a day)
  --project ID   project to write to (default: the open or first one of the configuration)
  --seed N       another number, other traffic; 0 to 65535 (default 1)
  --until TIME   where the traffic ends, ISO 8601 with a zone (default now)

Works on a stopped data folder, and through the SQL port of the server that holds it. Days that were written before
under the same seed are left as they are: repeating the command adds nothing. The ledger accounts for seeded events
under the key seed-N, so that it stays balanced.`,
  options: {
    days: { type: 'string' },
    rows: { type: 'string' },
    project: { type: 'string' },
    seed: { type: 'string' },
    until: { type: 'string' },
  },
  async run(context) {
    const config = await readConfigFile(context.environment.configPath);
    const clock = new SystemClock();
    const request = requestOf(context.values, config, clock.now());
    const target = await openSeedTarget(context.environment.dataDir, config, context.output);
    try {
      const result = await seed(target, request, clock, context.signal, (progress) => context.output.progress(progressLine(progress)));
      context.output.result(describeSeed(result, request), seedDocument(result, request));
      return exitCodes.done;
    } finally {
      await target.close();
    }
  },
};

function requestOf(values: OptionValues, { projects, retention }: ConfigFile, now: number): SeedRequest {
  const most = Math.min(mostDays, retention.rawDays);
  const days = wholeNumber(values, 'days', { least: 1, most, usual: Math.min(14, most) });
  return {
    project: projectOf(values.project, projects),
    days,
    rows: wholeNumber(values, 'rows', { least: days, most: 1_000_000_000, usual: days * rowsPerDay }),
    seed: wholeNumber(values, 'seed', { least: 0, most: 65_535, usual: 1 }),
    until: untilOf(values.until, now),
  };
}

function projectOf(asked: OptionValues[string], projects: ConfigFile['projects']): string {
  const usual = projects.find(({ open }) => open) ?? projects[0];
  const project = asked === undefined ? usual : projects.find(({ id }) => id === asked);
  if (project) return project.id;
  throw new UsageError(`--project must be one of ${projects.map(({ id }) => id).join(', ')}, not ${JSON.stringify(asked)}`);
}

/** Raw events older than they are kept would vanish and leave their counts behind. */
function untilOf(asked: OptionValues[string], now: number): number {
  if (asked === undefined) return now;
  const until = typeof asked === 'string' && /(Z|[+-]\d\d:\d\d)$/.test(asked) ? Date.parse(asked) : Number.NaN;
  if (until <= now && until > now - 14 * 86_400_000) return until;
  throw new UsageError(`--until must be an ISO 8601 time with a zone in the last 14 days, not ${JSON.stringify(asked)}`);
}
