import { readConfigFile, SystemClock } from '#platform';
import { type ImportReport, importLhci, type LhciDatabase, openLhciDatabase } from '#probe';
import { defaultProjectOf } from '#report';
import { type Command, type OptionValues, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { openHouseWarehouse } from '../house-warehouse.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'take over what another program has stored',
  usage: 'lhci --database FILE|URL [--project ID] [--dry-run]',
  help: `  lhci           projects, builds, results and statistics of a Lighthouse CI server, with the ids and tokens they have
  --database F   its database, an SQLite file or postgres://user:password@host/name; it is only read
  --project ID   project of the house for everything (default: the one of the same name, else the open or only one)
  --dry-run      tells what would be written, and writes nothing

May be repeated, also after it was interrupted: builds that are there are left as they are. Tables that are missing are
made by beaconhouse migrate.`,
  options: { database: { type: 'string' }, project: { type: 'string' }, 'dry-run': { type: 'boolean' } },
  takesWords: true,
  async run({ environment, output, values, positionals, signal }) {
    if (positionals.join(' ') !== 'lhci') throw new UsageError('import takes the word lhci, and no other');
    const config = await readConfigFile(environment.configPath);
    const projects = config.projects.map(({ id }) => id);
    const project = projectOf(values.project, projects);
    const source = await openSource(values.database);
    const warehouse = await openHouseWarehouse(environment, output).catch(async (error) => {
      await source.close();
      throw error;
    });
    try {
      const report = await importLhci(source, warehouse, new SystemClock(), {
        ...{ projects, defaultProject: defaultProjectOf(config), ...project, dryRun: values['dry-run'] === true, signal },
        onProgress: (so) => output.progress(`${so.builds} builds, ${so.runs} results, ${so.buildsKept} builds were there`),
      });
      output.result(describe(report, values['dry-run'] === true), report);
      return exitCodes.done;
    } finally {
      await warehouse.close();
      await source.close();
    }
  },
};

function projectOf(asked: OptionValues[string], known: readonly string[]): { project?: string } {
  if (asked === undefined) return {};
  if (typeof asked === 'string' && known.includes(asked)) return { project: asked };
  throw new UsageError(`--project must be one of ${known.join(', ')}, not ${JSON.stringify(asked)}`);
}

async function openSource(path: OptionValues[string]): Promise<LhciDatabase> {
  if (typeof path !== 'string')
    throw new UsageError('--database is needed: the SQLite file of the Lighthouse CI server, or postgres://...');
  try {
    return await openLhciDatabase(path);
  } catch (error) {
    throw new UsageError(`--database: ${(error as Error).message}`, { cause: error });
  }
}

function describe({ projects, builds, runs, buildsKept, runsLeft }: ImportReport, dryRun: boolean): string {
  const lines = [`${projects} projects, ${builds} builds and ${runs} results ${dryRun ? 'would be written' : 'written'}.`];
  if (buildsKept > 0) lines.push(`${buildsKept} builds were there already.`);
  if (runsLeft > 0) lines.push(`${runsLeft} results are none of Lighthouse, and were left out.`);
  return lines.join('\n');
}
