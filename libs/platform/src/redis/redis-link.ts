import { Redis, type RedisOptions } from 'ioredis';
import { refuseUnsuitable } from './suitable-redis.ts';

interface RedisLinkOptions {
  /** `redis://` or `rediss://`, with name and password where they are needed. One Redis or its primary: keys are not made for Redis Cluster. */
  readonly redisUrl: string;
  /** Certificates to trust, PEM; the system's without it. */
  readonly ca?: string | Buffer;
  readonly openWithinMs: number;
  readonly onTrouble: (error: unknown) => void;
}

const longestPauseMs = 1_000;
const connectTimeoutMs = 5_000;
/** Somebody waits for the answer: with the pauses above this is about seven seconds. */
const patience = { maxRetriesPerRequest: 8, commandTimeout: 10_000 };
/** Codes of refusals that no second attempt changes: https://redis.io/docs/latest/commands/auth/ */
const refusals = /^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password)/;

/** BullMQ duplicates it for each worker, to wait for jobs. It cannot end such a connection while Redis is away; we must. */
class WorkingRedis extends Redis {
  readonly duplicates: Redis[] = [];

  override duplicate(override?: Partial<RedisOptions>): Redis {
    const made = super.duplicate(override);
    this.duplicates.push(made);
    return made;
  }
}

/** The connections to one Redis: those who ask hear of an outage, while workers wait on another one for its end. */
export class RedisLink {
  /** Fails when Redis stays away. */
  readonly asking: Redis;
  readonly #make: <Made extends Redis>(kind: new (url: string, options: RedisOptions) => Made, options: RedisOptions) => Made;
  #working: WorkingRedis | undefined;
  #ended = false;

  private constructor(options: RedisLinkOptions) {
    const { redisUrl, ca, onTrouble } = options;
    const shared = {
      connectTimeout: connectTimeoutMs,
      retryStrategy: (times: number) => (this.#ended ? null : Math.min(100 * 2 ** (times - 1), longestPauseMs)),
      ...(ca !== undefined && { tls: { ca } }),
    };
    this.#make = (Kind, more) => {
      const redis = new Kind(redisUrl, { ...shared, ...more });
      redis.on('error', onTrouble);
      return redis;
    };
    this.asking = this.#make(Redis, patience);
  }

  /** Resolves when Redis answers and keeps what it is given, or rejects with a reason that names the place and not the password. */
  static async open(options: RedisLinkOptions): Promise<RedisLink> {
    const place = placeOf(options.redisUrl);
    const link = new RedisLink(options);
    try {
      await answering(link.asking, place, options.openWithinMs);
      await refuseUnsuitable(link.asking, place);
      return link;
    } catch (error) {
      link.end();
      throw error;
    }
  }

  /** Keeps its commands until Redis is back; made for the first who needs it. */
  get working(): WorkingRedis {
    this.#working ??= this.#make(WorkingRedis, { maxRetriesPerRequest: null });
    return this.#working;
  }

  /** What was sent is still answered. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#all.map((redis) => redis.quit()));
    this.end();
  }

  /** At once; a connection that is being made ends as soon as that succeeds or fails. */
  end(): void {
    this.#ended = true;
    for (const redis of [...this.#all, ...(this.#working?.duplicates ?? [])]) endOne(redis);
  }

  get #all(): readonly Redis[] {
    return this.#working ? [this.asking, this.#working] : [this.asking];
  }
}

function endOne(redis: Redis): void {
  rejectForgotten(redis);
  if (redis.status === 'end') return;
  redis.once('connect', () => redis.disconnect());
  // Between two attempts ioredis would stay as it is, its commands never answered: the attempt that is due decides.
  const between = redis.status === 'reconnecting';
  redis.disconnect();
  if (between) redis.connect().catch(() => {});
}

/**
 * What was in flight when a connection broke is kept to be sent again. When the next connection breaks before it is
 * ready and the client then ends, ioredis 6.0.0 neither sends nor rejects it: flushQueue does not look there.
 */
function rejectForgotten(redis: Redis): void {
  const { prevCommandQueue } = redis as unknown as { prevCommandQueue?: { shift(): InFlight | undefined } | null };
  for (let item = prevCommandQueue?.shift(); item; item = prevCommandQueue?.shift())
    item.command.reject(new Error('Connection is closed.'));
}

interface InFlight {
  readonly command: { reject(error: Error): void };
}

function placeOf(redisUrl: string): string {
  const url = URL.parse(redisUrl);
  if (url?.protocol !== 'redis:' && url?.protocol !== 'rediss:')
    throw new Error('the address of Redis must look like redis://host:port or rediss://host:port');
  return `${url.hostname}:${url.port || 6379}`;
}

async function answering(redis: Redis, place: string, withinMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let reason = 'it does not answer';
  const listen = (error: Error & { code?: string }) => {
    reason = error.message || (error.code ?? error.name);
    if (refusals.test(reason)) reject(new Error(`Redis at ${place} refuses the name or the password it was given: ${reason}`));
  };
  const giveUp = setTimeout(() => reject(new Error(`Redis at ${place} cannot be reached within ${withinMs} ms: ${reason}`)), withinMs);
  redis.on('error', listen);
  redis.once('ready', resolve);
  try {
    await promise;
  } finally {
    clearTimeout(giveUp);
    redis.off('error', listen);
    redis.off('ready', resolve);
  }
}
