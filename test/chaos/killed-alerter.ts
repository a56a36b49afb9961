// Run by alert-kill-rounds.ts, which ends it with SIGKILL: the alerting service of one process, in a time that runs fast. It publishes the
// findings that it reads from its fourth stream, a line each, and says so once they are stored; asked how many notices wait, it answers.
import 'reflect-metadata';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { NestFactory } from '@nestjs/core';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { AlertModule } from '#alert';
import { configFileSchema } from '#contracts';
import {
  EmbeddedAlertState,
  EmbeddedStream,
  EmbeddedWarehouse,
  migrate,
  openChdbEngine,
  openSqlPortWarehouse,
  PlatformModule,
  Readiness,
  SystemClock,
} from '#platform';
import { RedisAlertState } from '../../libs/platform/src/alert-state/redis/redis-alert-state.ts';
import { FastClock } from '../../libs/platform/src/clock/fast-clock.contract.ts';
import { storeRows } from '../seed/rum-rows.ts';
import { Waves } from './waves.ts';

export interface KilledAlerterOptions {
  readonly dataDir: string;
  /** The same moment by both clocks, milliseconds since 1970. */
  readonly epoch: { readonly house: number; readonly wall: number };
  readonly factor: number;
  /** Minutes of waves that are stored at the first start; 0 later. */
  readonly minutes: number;
  readonly rules: readonly object[];
  readonly secrets: Readonly<Record<string, string>>;
  readonly pagerdutyUrl: string;
  readonly slackApiUrl: string;
  readonly slackChannel: string;
  /** Of a cluster; everything is in this process otherwise. */
  readonly services?: { readonly redisUrl: string; readonly engineUrl: string; readonly password: string };
}

const { dataDir, epoch, factor, minutes, rules, secrets, services, ...urls } = JSON.parse(process.argv[2]!) as KilledAlerterOptions;
const clock = new FastClock(epoch.house + (Date.now() - epoch.wall) * factor, factor);
const warehouse = services ? await openSqlPortWarehouse(services.engineUrl, services.password) : await openEngine();
await migrate(warehouse, { rawDays: 30, minuteDays: 90, hourDays: 400 });
const waves = new Waves(epoch.house);
for (let minute = 0; minute < minutes; minute += 100) await storeRows(warehouse, [...waves.rows(minute, minute + 100)]);
const stream = await EmbeddedStream.open({ dir: join(dataDir, 'stream'), clock });
const alerts = services ? await openRedis(services.redisUrl) : new EmbeddedAlertState(warehouse, clock);
const ports = { clock, stream, warehouse, registry: new Registry(), readiness: new Readiness(), alerts };

async function openEngine(): Promise<EmbeddedWarehouse> {
  return new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock: new SystemClock() }));
}

/** Leases run out by the clock of Redis, which does not run fast. */
async function openRedis(redisUrl: string): Promise<RedisAlertState> {
  const state = await RedisAlertState.open({ redisUrl, warehouse, clock: new SystemClock() });
  const hold = state.hold.bind(state);
  state.hold = (name, holder, ms) => hold(name, holder, Math.ceil(ms / factor));
  return state;
}

const alerting = { secret: (name: string) => secrets[name], ...urls };
const log = pino({ level: 'error' });
const alertModule = AlertModule.forRoot({ log, config: configFileSchema.parse({ rules }), alerting });
const root = { module: class RootModule {}, imports: [PlatformModule.forRoot(ports), alertModule] };
const app = await NestFactory.createApplicationContext(root, { logger: ['error'], abortOnError: false });
process.stdout.write('ready\n');
const headers = { tenant: 'default', keyId: '', events: 1, beaconId: '' };
for await (const line of createInterface({ input: new Socket({ fd: 3 }) })) {
  if (line === 'waiting') {
    process.stdout.write(`waiting ${(await alerts.list('delivery')).length}\n`);
    continue;
  }
  await stream.publish('findings', [{ key: 'findings', headers, value: Buffer.from(`${line}\n`) }]);
  process.stdout.write('published\n');
}
// The end of its input: it stops in order.
await app.close();
await stream.close();
await alerts.close();
await warehouse.close();
