// Writes docs/sql.md from the comments in the schema: migrates an engine in a temporary folder and reads them there. Needs a build.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { EmbeddedWarehouse, migrate, openChdbEngine, SystemClock } = await import(join(root, 'dist/libs/platform/src/index.js'));
const { sqlPage } = await import(join(root, 'dist/libs/report/src/documentation/sql-page.js'));

const dataDir = mkdtempSync(join(tmpdir(), 'beaconhouse-docs-'));
const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock: new SystemClock() }));
try {
  await migrate(warehouse, { rawDays: 30, minuteDays: 90, hourDays: 400 });
  writeFileSync(join(root, 'docs/sql.md'), await sqlPage(warehouse));
} finally {
  await warehouse.close();
  rmSync(dataDir, { recursive: true, force: true });
}
