import { RedisConnection } from 'bullmq';
import type { Redis } from 'ioredis';

/** A Redis that evicts forgets jobs and alerts; one that is too old lacks what BullMQ's scripts ask of it. */
export async function refuseUnsuitable(redis: Redis, place: string): Promise<void> {
  // Under its "recommended" version BullMQ works around what is missing and prints warnings.
  const oldest = RedisConnection.recommendedMinimumVersion;
  const version = fieldOf(await redis.info('server'), 'redis_version');
  if (version !== undefined && isOlder(version, oldest))
    throw new Error(`Redis at ${place} has version ${version}; it must be ${oldest} or newer`);
  const policy = await evictionPolicy(redis);
  if (policy !== 'noeviction') {
    const change = 'set "maxmemory-policy noeviction" in redis.conf, or CONFIG SET maxmemory-policy noeviction';
    throw new Error(
      `Redis at ${place} may evict what it keeps: its maxmemory-policy is ${policy ?? 'unknown'} and must be noeviction; ${change}`,
    );
  }
}

/** Hosted services forbid CONFIG and tell the policy in INFO. */
async function evictionPolicy(redis: Redis): Promise<string | undefined> {
  const answer = await redis.config('GET', 'maxmemory-policy').catch(() => []);
  if (Array.isArray(answer) && typeof answer[1] === 'string') return answer[1];
  return fieldOf(await redis.info('memory'), 'maxmemory_policy');
}

function fieldOf(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(\\S*)`, 'm').exec(info)?.[1];
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}
