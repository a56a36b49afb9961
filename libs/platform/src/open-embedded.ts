import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ConfigFile } from '#contracts';
import { EmbeddedAlertState } from './alert-state/embedded-alert-state.ts';
import { openBlobs } from './blobs/open-blobs.ts';
import { SystemClock } from './clock/system-clock.ts';
import type { Environment } from './config/environment.ts';
import { openChdbEngine } from './engine/chdb-engine.ts';
import { createRegistry } from './http/observed.ts';
import { Readiness } from './http/readiness.ts';
import { EmbeddedJobQueue } from './jobs/embedded-job-queue.ts';
import type { OpenPlatform } from './platform.module.ts';
import { EmbeddedStream } from './stream/embedded-stream.ts';
import { observeLag } from './stream/observe-stream.ts';
import { EmbeddedWarehouse } from './warehouse/embedded-warehouse.ts';
import { migrate } from './warehouse/migrator.ts';

/** Everything in this process, on one data folder. */
export async function openEmbedded({ dataDir, blobs: place }: Environment, config: ConfigFile, log: Logger): Promise<OpenPlatform> {
  await mkdir(dataDir, { recursive: true });
  const clock = new SystemClock();
  // The engine's lock on the folder covers the stream beside it.
  const engine = await openChdbEngine({ dataDir, clock });
  const warehouse = new EmbeddedWarehouse(engine);
  const applied = await migrate(warehouse, config.retention);
  if (applied.length > 0) log.info({ applied }, 'migrations applied');
  const stream = await EmbeddedStream.open({
    dir: join(dataDir, 'stream'),
    clock,
    onFailure: ({ topic, first, last }, error) => log.error({ topic, first, last, err: error }, 'block failed, it will be tried again'),
  });
  const jobs = await EmbeddedJobQueue.open({
    warehouse,
    clock,
    onEvent: (event) => {
      if (event.type !== 'started' && event.type !== 'succeeded') log.warn(event, `jobs: ${event.type}`);
    },
  });
  const alerts = new EmbeddedAlertState(warehouse, clock);
  const blobs = await openBlobs(place);
  const registry = createRegistry();
  observeLag(stream, registry, clock);
  const readiness = new Readiness();
  readiness.add('warehouse', async () => void (await warehouse.ask({ sql: 'SELECT 1 AS one' })));
  const close = async () => {
    await stream.close();
    await alerts.close();
    await warehouse.close();
  };
  return { clock, stream, warehouse, engine, jobs, alerts, blobs, registry, readiness, close };
}
