import type { ConfigFile } from '#contracts';
import { DataFolderInUse, EmbeddedWarehouse, migrate, openChdbEngine, SystemClock } from '#platform';
import type { Output } from '../output.ts';
import { runningServer } from '../running-server.ts';
import { EngineSeedTarget, type SeedTarget, SqlPortSeedTarget } from './seed-target.ts';

/** The engine of the folder, or the SQL port of the server that holds it. */
export async function openSeedTarget(dataDir: string, config: ConfigFile, output: Output): Promise<SeedTarget> {
  try {
    const engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
    await migrate(new EmbeddedWarehouse(engine), config.retention);
    return new EngineSeedTarget(engine);
  } catch (error) {
    if (!(error instanceof DataFolderInUse)) throw error;
    const server = await runningServer(dataDir);
    if (server === undefined) throw error;
    const holder = error.pid === undefined ? 'A server' : `A server (process ${error.pid})`;
    output.note(`${holder} is running on ${dataDir}: writing through its SQL port, ${server.sql}`);
    return new SqlPortSeedTarget(server.sql, server.secret);
  }
}
