// Opens the engine on the folder given, stores one row, and says what is stored then.
import { SystemClock } from '../clock/system-clock.ts';
import { openChdbEngine } from './chdb-engine.ts';

const engine = await openChdbEngine({ dataDir: process.argv[2], clock: new SystemClock() });
await engine.query({ sql: 'CREATE TABLE kept (a UInt64) ENGINE = MergeTree ORDER BY a', format: 'TSV' });
const rows = Buffer.from('{"a":1}\n');
const { rowsWritten } = await engine
  .insert({ table: 'kept', format: 'JSONEachRow', bytes: rows })
  .catch(({ message }) => ({ rowsWritten: message }));
const { bytes } = await engine.query({ sql: 'SELECT groupArray(a) FROM kept', format: 'TSV' });
process.stdout.write(`${rowsWritten} written, kept ${Buffer.from(bytes)}`);
await engine.close();
