import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { NativeRedis } from '../../../../../infra/native/native-redis.ts';
import { openTemporaryWarehouse } from '../../../../../test/seed/temporary-warehouse.ts';
import { SystemClock } from '../../clock/system-clock.ts';
import { Cable } from '../../redis/cable.ts';
import { AlertKeys } from './alert-keys.ts';
import { FragileWarehouse } from './fragile-warehouse.contract.ts';
import { RedisAlertState, type RedisAlertStateOptions } from './redis-alert-state.ts';

/** A Redis and an engine, to open alert states on and to see what became of them. */
export class RedisHouse {
  readonly keys = new AlertKeys('beaconhouse');
  readonly troubles: Error[] = [];
  readonly #opened = new AsyncDisposableStack();

  private constructor(
    private readonly dir: string,
    private redis: NativeRedis,
    readonly raw: Redis,
    readonly warehouse: FragileWarehouse,
    dispose: () => Promise<void>,
  ) {
    this.#opened.defer(dispose);
  }

  static async start(): Promise<RedisHouse> {
    const dir = await mkdtemp(join(tmpdir(), 'beaconhouse-alert-state-'));
    // What it has answered stands in its file.
    const redis = await NativeRedis.start({ dir: join(dir, 'redis'), more: ['--appendfsync', 'always'] });
    const temporary = await openTemporaryWarehouse();
    const raw = new Redis(redis.url).on('error', () => {});
    const house: RedisHouse = new RedisHouse(dir, redis, raw, new FragileWarehouse(temporary.warehouse), async () => {
      raw.disconnect();
      await house.redis.kill();
      await temporary.close();
      await rm(dir, { recursive: true, force: true });
    });
    return house;
  }

  async open(changes: Partial<RedisAlertStateOptions> = {}): Promise<RedisAlertState> {
    const onTrouble = (error: Error) => void this.troubles.push(error);
    const options = { redisUrl: this.redis.url, warehouse: this.warehouse, clock: new SystemClock(), closeWithinMs: 1_000, onTrouble };
    const state = await RedisAlertState.open({ ...options, ...changes });
    this.#opened.defer(() => state.close());
    return state;
  }

  async cabled(): Promise<Cable> {
    const cable = await Cable.to(Number(new URL(this.redis.url).port));
    this.#opened.defer(async () => cable.pull());
    return cable;
  }

  /** Another Redis, with options as on its command line. */
  async redisWith(...more: string[]): Promise<NativeRedis> {
    const other = await NativeRedis.start({ dir: join(this.dir, `other-${more.length}`), more });
    this.#opened.defer(() => other.kill());
    return other;
  }

  /** By somebody's hand, or because its disk was lost. */
  async emptyRedis(): Promise<void> {
    await this.raw.flushall();
  }

  /** Redis starts again without what it was told during `writes`, as after a power cut. */
  async loseAndRestart(writes: () => Promise<void>): Promise<void> {
    const [now, before] = [join(this.dir, 'redis'), join(this.dir, 'before')];
    await cp(now, before, { recursive: true });
    await writes();
    await this.redis.kill();
    await rm(now, { recursive: true });
    await cp(before, now, { recursive: true });
    this.redis = await this.redis.restart();
  }

  /** What the journal has, as often as it has it, in the order in which it was written: ids with versions. */
  async journal(): Promise<string[]> {
    const sql = 'SELECT id, version FROM alert_journal ORDER BY at, id';
    return (await this.warehouse.ask<{ id: string; version: number }>({ sql })).map(({ id, version }) => `${id}${version}`);
  }

  dispose(): Promise<void> {
    return this.#opened.disposeAsync();
  }
}
