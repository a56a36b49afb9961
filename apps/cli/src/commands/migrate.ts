import { migrateHouse, readConfigFile } from '#platform';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { openHouseWarehouse } from '../house-warehouse.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'bring the tables up to date',
  usage: '',
  help: `  The server, and in cluster mode every loader, does the same when it starts; this is for doing it beforehand, on a data
  folder or on the cluster of CLICKHOUSE_URL. May be repeated.`,
  options: {},
  async run({ environment, output }) {
    const { retention } = await readConfigFile(environment.configPath);
    const warehouse = await openHouseWarehouse(environment, output);
    try {
      const applied = await migrateHouse(warehouse, environment, retention);
      output.result(applied.length === 0 ? 'The tables are up to date.' : `Applied: ${applied.join(', ')}`, { applied });
      return exitCodes.done;
    } finally {
      await warehouse.close();
    }
  },
};
