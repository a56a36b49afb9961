import { EmbeddedWarehouse, migrate, openChdbEngine, readConfigFile, SystemClock } from '#platform';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'bring the tables of a data folder up to date',
  usage: '',
  help: '  The server does the same when it starts; this is for doing it beforehand. May be repeated.',
  options: {},
  async run({ environment, output }) {
    const { retention } = await readConfigFile(environment.configPath);
    const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir: environment.dataDir, clock: new SystemClock() }));
    try {
      const applied = await migrate(warehouse, retention);
      output.result(applied.length === 0 ? 'The tables are up to date.' : `Applied: ${applied.join(', ')}`, { applied });
      return exitCodes.done;
    } finally {
      await warehouse.close();
    }
  },
};
