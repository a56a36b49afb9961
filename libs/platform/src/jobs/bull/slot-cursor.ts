import type { Redis } from 'ioredis';
import { lastSlot } from '../due.ts';
import type { Schedule } from '../job-queue.ts';

export interface HeldCursor {
  /** Grows with each new holder: what an earlier one still writes is refused. */
  readonly fence: number;
  /** Slots up to this one have been made. */
  readonly at: number;
}

/** A cursor ahead of the clock was written when a clock was wrong; waiting for it could take years. */
const begin = `
local at = redis.call('HGET', KEYS[1], 'cursor')
if not at or tonumber(at) > tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'cursor', ARGV[2]) end`;

/** Leases are measured by Redis's clock, which all who want one share. */
const hold = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'holder', 'until', 'cursor')
local free = not held[2] or tonumber(held[2]) <= now
if not free and held[1] ~= ARGV[1] then return false end
if free then redis.call('HINCRBY', KEYS[1], 'fence', 1) end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'until', string.format('%.0f', now + ARGV[2]))
return {redis.call('HGET', KEYS[1], 'fence'), held[3]}`;

const advance = `
local held = redis.call('HMGET', KEYS[1], 'fence', 'cursor')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'cursor', ARGV[3])
return 1`;

const release = `
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then redis.call('HDEL', KEYS[1], 'until') end`;

/**
 * How far each schedule has been turned into jobs, and who does it: one holder at a time of all processes that know
 * the schedule.
 */
export class SlotCursors {
  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
    private readonly holder: string,
    private readonly leaseMs: number,
  ) {}

  async begin(schedule: Schedule, now: number): Promise<void> {
    await this.redis.eval(begin, 1, this.#key(schedule), now, lastSlot(schedule, now));
  }

  /** Takes or renews the lease; undefined while somebody else has it. */
  async hold(schedule: Schedule): Promise<HeldCursor | undefined> {
    const held = (await this.redis.eval(hold, 1, this.#key(schedule), this.holder, this.leaseMs)) as [string, string] | null;
    return held ? { fence: Number(held[0]), at: Number(held[1]) } : undefined;
  }

  /** False when the lease or the cursor has changed hands. */
  async advance(schedule: Schedule, from: HeldCursor, to: number): Promise<boolean> {
    return (await this.redis.eval(advance, 1, this.#key(schedule), from.fence, from.at, to)) === 1;
  }

  async release(schedule: Schedule): Promise<void> {
    await this.redis.eval(release, 1, this.#key(schedule), this.holder);
  }

  #key({ name }: Schedule): string {
    return `${this.prefix}:@schedule:${name}`;
  }
}
