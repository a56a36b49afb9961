// Run by killed-inserts.spec.ts, which ends it with SIGKILL: inserts blocks one after another and says which.
import { SystemClock } from '../clock/system-clock.ts';
import { openChdbEngine } from '../engine/chdb-engine.ts';
import { EmbeddedWarehouse } from './embedded-warehouse.ts';
import { migrate } from './migrator.ts';
import { numberedBlock } from './test-rows.contract.ts';

const [dataDir = '', first = '0'] = process.argv.slice(2);
const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock: new SystemClock() }));
await migrate(warehouse, { rawDays: 3000, minuteDays: 3000, hourDays: 4000 });
for (let number = Number(first); ; number += 1) {
  process.stdout.write(`${number}\n`);
  const { table, token, rows } = numberedBlock(number);
  await warehouse.insert({ table, token, rows });
}
