import { join } from 'node:path';
import { EmbeddedWarehouse, openChdbEngine, openSqlPortWarehouse, SystemClock, type Warehouse } from '#platform';
import { NativeEngine } from '../../infra/native/native-engine.ts';
import { NativeRedis } from '../../infra/native/native-redis.ts';
import type { KilledAlerterOptions } from './killed-alerter.ts';

/** What the alerting service stands on that is not killed with it. */
export class AlerterServices {
  #redis: NativeRedis | undefined;

  private constructor(
    private readonly dataDir: string,
    private readonly engine: NativeEngine | undefined,
    redis: NativeRedis | undefined,
  ) {
    this.#redis = redis;
  }

  static async start(mode: 'embedded' | 'cluster', dataDir: string): Promise<AlerterServices> {
    if (mode === 'embedded') return new AlerterServices(dataDir, undefined, undefined);
    const engine = await NativeEngine.start({ dir: join(dataDir, 'engine') });
    return new AlerterServices(dataDir, engine, await NativeRedis.start({ dir: join(dataDir, 'redis') }));
  }

  get addresses(): KilledAlerterOptions['services'] {
    if (!this.engine || !this.#redis) return undefined;
    return { redisUrl: this.#redis.url, engineUrl: this.engine.url, password: this.engine.password };
  }

  /** It is there again before this resolves. */
  async killRedis(): Promise<void> {
    await this.#redis!.kill();
    this.#redis = await this.#redis!.restart();
  }

  /** After the alerting service has ended. */
  async openWarehouse(): Promise<Warehouse> {
    if (this.engine) return openSqlPortWarehouse(this.engine.url, this.engine.password);
    return new EmbeddedWarehouse(await openChdbEngine({ dataDir: this.dataDir, clock: new SystemClock() }));
  }

  async stop(): Promise<void> {
    await this.#redis?.stop();
    await this.engine?.stop();
  }
}
