import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { NativeRedis } from '../../../../../infra/native/native-redis.ts';
import { openTemporaryWarehouse } from '../../../../../test/seed/temporary-warehouse.ts';
import { SystemClock } from '../../clock/system-clock.ts';
import { alertStateContract } from '../alert-state.contract.ts';
import { RedisAlertState } from './redis-alert-state.ts';

let dir: string;
let redis: NativeRedis;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-alert-state-'));
  redis = await NativeRedis.start({ dir });
});
afterAll(async () => {
  await redis.stop();
  await rm(dir, { recursive: true, force: true });
});

alertStateContract('RedisAlertState', async () => {
  const opened = new AsyncDisposableStack();
  const { warehouse, close } = await openTemporaryWarehouse();
  opened.defer(close);
  const prefix = randomUUID();
  const open = async () => {
    const state = await RedisAlertState.open({ redisUrl: redis.url, warehouse, clock: new SystemClock(), prefix });
    opened.defer(() => state.close());
    return state;
  };
  return { warehouse, open, dispose: () => opened.disposeAsync() };
});
