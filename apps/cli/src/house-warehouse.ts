import {
  DataFolderInUse,
  EmbeddedWarehouse,
  type Environment,
  openChdbEngine,
  openClusterWarehouse,
  openSqlPortWarehouse,
  SystemClock,
  type Warehouse,
} from '#platform';
import type { Output } from './output.ts';
import { runningServer } from './running-server.ts';

/** The warehouse of the house: the cluster's, the engine of the data folder, or the SQL port of the server that holds it. */
export async function openHouseWarehouse(environment: Environment, output: Output): Promise<Warehouse> {
  if (environment.mode === 'cluster') return openClusterWarehouse(environment);
  try {
    return new EmbeddedWarehouse(await openChdbEngine({ dataDir: environment.dataDir, clock: new SystemClock() }));
  } catch (error) {
    if (!(error instanceof DataFolderInUse)) throw error;
    const server = await runningServer(environment.dataDir);
    if (server === undefined) throw error;
    output.note(`A server is running on ${environment.dataDir}: working through its SQL port, ${server.sql}`);
    return openSqlPortWarehouse(server.sql, server.secret);
  }
}
