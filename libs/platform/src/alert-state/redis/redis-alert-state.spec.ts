import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { NativeRedis } from '../../../../../infra/native/native-redis.ts';
import { openTemporaryWarehouse } from '../../../../../test/seed/temporary-warehouse.ts';
import { SystemClock } from '../../clock/system-clock.ts';
import { until } from '../../jobs/job-queue.contract.ts';
import { Cable } from '../../redis/cable.ts';
import { type InsertBlock, type Question, Warehouse, WarehouseBusy } from '../../warehouse/warehouse.ts';
import { alertStateContract, at, bodiesOf, change, journalOf } from '../alert-state.contract.ts';
import { AlertConflict } from '../alert-state.ts';
import { AlertKeys } from './alert-keys.ts';
import { observeJournal } from './observe-journal.ts';
import { RedisAlertState, type RedisAlertStateOptions } from './redis-alert-state.ts';

let dir: string;
let redis: NativeRedis;
let raw: Redis;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-alert-state-'));
  redis = await NativeRedis.start({ dir });
  raw = new Redis(redis.url);
});
afterAll(async () => {
  raw.disconnect();
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

/** A warehouse that can be away, or see something happen right after it has stored a block. */
class FragileWarehouse extends Warehouse {
  away = false;
  afterInsert: () => void = () => {};

  constructor(private readonly warehouse: Warehouse) {
    super();
  }

  async insert(block: InsertBlock): Promise<void> {
    this.#assertThere();
    await this.warehouse.insert(block);
    this.afterInsert();
  }

  async ask<Row extends object>(question: Question): Promise<Row[]> {
    this.#assertThere();
    return this.warehouse.ask<Row>(question);
  }

  run(sql: string): Promise<void> {
    return this.warehouse.run(sql);
  }

  async close(): Promise<void> {}

  #assertThere(): void {
    if (this.away) throw new WarehouseBusy('the warehouse is away');
  }
}

describe('RedisAlertState', () => {
  let warehouse: FragileWarehouse;
  let keys: AlertKeys;
  let prefix: string;
  let troubles: Error[];
  let opened: AsyncDisposableStack;

  beforeEach(async () => {
    opened = new AsyncDisposableStack();
    const temporary = await openTemporaryWarehouse();
    opened.defer(() => temporary.close());
    warehouse = new FragileWarehouse(temporary.warehouse);
    prefix = randomUUID();
    keys = new AlertKeys(prefix);
    troubles = [];
  });
  afterEach(() => opened.disposeAsync());

  async function open(changes: Partial<RedisAlertStateOptions> = {}): Promise<RedisAlertState> {
    const told = troubles;
    const onTrouble = (error: Error) => void told.push(error);
    const options = { redisUrl: redis.url, warehouse, clock: new SystemClock(), prefix, closeWithinMs: 1_000, onTrouble };
    const state = await RedisAlertState.open({ ...options, ...changes });
    opened.defer(() => state.close());
    return state;
  }

  async function cabled(): Promise<Cable> {
    const cable = await Cable.to(Number(new URL(redis.url).port));
    opened.defer(async () => cable.pull());
    return cable;
  }

  async function redisWith(...more: string[]): Promise<NativeRedis> {
    const other = await NativeRedis.start({ dir: join(dir, randomUUID()), more });
    opened.defer(() => other.kill());
    return other;
  }

  /** As Prometheus is told. */
  async function waitingRows(state: RedisAlertState): Promise<number | undefined> {
    const registry = new Registry();
    observeJournal(state, registry, new SystemClock());
    const [, number] = /^beaconhouse_alert_journal_waiting_rows (\d+)$/m.exec(await registry.metrics()) ?? [];
    return number === undefined ? undefined : Number(number);
  }

  const empty = async () => raw.del(await raw.keys(`${keys.meta.split('}')[0]}}*`));
  /** Each time it stands there, in the order in which it was written. */
  const stored = async () => {
    const sql = 'SELECT id, version FROM alert_journal ORDER BY at, id';
    return (await warehouse.ask<{ id: string; version: number }>({ sql })).map(({ id, version }) => `${id}${version}`);
  };

  describe('shared by two', () => {
    it('takes one of two decisions on the same version', async () => {
      const [one, two] = [await open(), await open()];
      await one.write({ at, changes: [change('a', 0, { n: 1 })] });
      await two.write({ at, changes: [change('a', 1, { n: 2 })] });
      await expect(one.write({ at, changes: [change('a', 1, { n: 3 })] })).rejects.toThrow(
        new AlertConflict('instance a has version 2, the decision was made on 1'),
      );
      expect(await bodiesOf(one)).toEqual({ a: { n: 2 } });
    });

    it('has moments that grow from write to write, however their clocks differ', async () => {
      const [one, two] = [await open(), await open()];
      await one.write({ at: at + 60_000, changes: [change('a', 0, {})] });
      await two.write({ at, changes: [change('a', 1, {})] });
      await one.write({ at: at + 60_000, changes: [change('a', 2, {})] });
      await two.flush();
      const rows = await warehouse.ask<{ at: string }>({
        sql: 'SELECT toUnixTimestamp64Milli(at) AS at FROM alert_journal ORDER BY version',
      });
      expect(rows.map((row) => Number(row.at))).toEqual([at + 60_000, at + 60_001, at + 60_002]);
    });

    it('lends a lease to one of them', async () => {
      const [one, two] = [await open(), await open()];
      expect([await one.hold('evaluate', 'one', 60_000), await two.hold('evaluate', 'two', 60_000)]).toEqual([true, false]);
    });

    it('keeps apart from a house with another prefix', async () => {
      const [one, two] = [await open(), await open({ prefix: randomUUID() })];
      expect([await one.hold('evaluate', 'one', 60_000), await two.hold('evaluate', 'two', 60_000)]).toEqual([true, true]);
    });
  });

  describe('the journal', () => {
    it('has once what was stored by a process that died before it could say so', async () => {
      const cable = await cabled();
      warehouse.afterInsert = () => cable.pull();
      const dying = await open({ redisUrl: cable.url, closeWithinMs: 0 });
      await dying.write({ at, changes: [change('a', 0, {}), change('b', 0, {})] });
      await until(async () => (await stored()).length === 2);
      const next = await open();
      await next.write({ at, changes: [change('a', 1, {})] });
      await next.flush();
      expect(await stored()).toEqual(['a1', 'b1', 'a2']);
      expect(await raw.xlen(keys.outbox)).toBe(0);
      expect(await raw.hmget(keys.meta, 'rows', 'bytes', 'to')).toEqual(['0', '0', null]);
    });

    it('has what somebody wrote who died at once', async () => {
      const dead = await open({ closeWithinMs: 0 });
      await dead.list('instance');
      warehouse.away = true;
      await dead.write({ at, changes: [change('a', 0, {})] });
      await dead.close();
      warehouse.away = false;
      await open();
      await until(async () => (await stored()).length === 1);
    });

    it('is made up for when the warehouse is back, in order and once', async () => {
      const state = await open();
      await state.list('instance');
      warehouse.away = true;
      for (let n = 0; n < 5; n++) await state.write({ at, changes: [change('a', n, { n })] });
      await until(() => troubles.length > 0);
      expect(troubles[0]!.message).toBe('the warehouse is away');
      await expect(state.flush()).rejects.toThrow(WarehouseBusy);
      expect(await waitingRows(state)).toBe(5);
      warehouse.away = false;
      await state.write({ at, changes: [change('b', 0, {})] });
      await until(async () => (await raw.xlen(keys.outbox)) === 0);
      expect(await stored()).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'b1']);
      expect(await waitingRows(state)).toBe(0);
    });

    it.each([
      ['rows', { rows: 2, bytes: 1_000_000 }, /with 2 rows, 0\.0 MiB, which is its limit/],
      ['bytes', { rows: 1_000, bytes: 200 }, /with 2 rows, 0\.0 MiB, which is its limit/],
    ])('refuses a write where it would lag by more %s than it may, and nothing of it is true', async (_name, mostWaiting, reason) => {
      const state = await open({ mostWaiting });
      await state.list('instance');
      warehouse.away = true;
      await state.write({ at, changes: [change('a', 0, {})] });
      await state.write({ at, changes: [change('a', 1, {})] });
      await expect(state.write({ at, changes: [change('a', 2, {}), change('b', 0, {})] })).rejects.toThrow(reason);
      expect((await state.find('instance', ['a', 'b'])).map(({ id, version }) => [id, version])).toEqual([['a', 2]]);
      warehouse.away = false;
      await state.flush();
      await state.write({ at, changes: [change('a', 2, {})] });
    });

    it('takes a write of any size where nothing waits', async () => {
      const state = await open({ mostWaiting: { rows: 1, bytes: 10 } });
      await state.write({ at, changes: [change('a', 0, {}), change('b', 0, {})] });
      await state.flush();
      expect(await stored()).toEqual(['a1', 'b1']);
    });

    it('goes on without an entry that the warehouse refuses, which is told and kept', async () => {
      const state = await open();
      await state.list('instance');
      warehouse.away = true;
      await state.write({ at, changes: [change('a', 0, {})] });
      await raw.xadd(keys.outbox, `${at}-7`, 'count', '1', 'rows', '{"nonsense":1}');
      await state.write({ at, changes: [change('a', 1, {})] });
      warehouse.away = false;
      await state.flush();
      expect(await stored()).toEqual(['a1', 'a2']);
      expect(troubles.map(({ message }) => message).join()).toContain(`lacks 1 rows, which are kept in ${keys.refused}`);
      expect(await raw.lrange(keys.refused, 0, -1)).toEqual([expect.stringContaining('"nonsense":1')]);
    });
  });

  describe('a Redis that was emptied', () => {
    it('has again what had not ended, with its versions, before it answers', async () => {
      const state = await open();
      await state.write({ at, changes: [change('a', 0, { n: 1 }), change('b', 0, {}), change('c', 0, {}, { kind: 'incident' })] });
      await state.write({ at, changes: [change('a', 1, { n: 2 }), change('b', 1, {}, { ended: true })] });
      await state.flush();
      await empty();
      expect(await state.find('instance', ['a', 'b'])).toEqual([{ kind: 'instance', id: 'a', version: 2, body: '{"n":2}' }]);
      expect(await state.list('incident')).toHaveLength(1);
    });

    it('is filled before something is decided', async () => {
      const state = await open();
      await state.write({ at, changes: [change('a', 0, { n: 1 })] });
      await state.flush();
      await empty();
      await expect(state.write({ at, changes: [change('a', 0, { n: 2 })] })).rejects.toThrow(AlertConflict);
      await empty();
      await state.write({ at, changes: [change('a', 1, { n: 2 })] });
      await state.flush();
      expect([await bodiesOf(state), await stored()]).toEqual([{ a: { n: 2 } }, ['a1', 'a2']]);
    });

    it('is filled once by many who open at once, whatever they write then', async () => {
      const first = await open();
      await first.write({ at, changes: Array.from({ length: 50 }, (_, n) => change(`${n}`, 0, { n })) });
      await first.flush();
      await empty();
      const states = await Promise.all([open(), open(), open(), open()]);
      const outcomes = await Promise.allSettled(states.map((state, by) => state.write({ at, changes: [change('7', 1, { by })] })));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const by = outcomes.findIndex(({ status }) => status === 'fulfilled');
      for (const state of states) expect((await bodiesOf(state))['7']).toEqual({ by });
      expect(await first.list('instance')).toHaveLength(50);
    });

    it('answers nothing while the journal is away, which would open every incident again', async () => {
      const state = await open();
      await state.write({ at, changes: [change('a', 0, { n: 1 })] });
      await state.flush();
      await empty();
      warehouse.away = true;
      await expect(state.list('instance')).rejects.toThrow(WarehouseBusy);
      warehouse.away = false;
      expect(await bodiesOf(state)).toEqual({ a: { n: 1 } });
    });
  });

  describe('a Redis that started again', () => {
    /** What stands there when the last writes are lost, as after a power cut. */
    async function losing(writes: () => Promise<void>): Promise<void> {
      const names = await raw.keys(`${keys.meta.split('}')[0]}}*`);
      const before = await Promise.all(names.map(async (name) => [name, await raw.dumpBuffer(name)] as const));
      await writes();
      await empty();
      for (const [name, dump] of before) await raw.restore(name, 0, dump!);
      await raw.hset(keys.meta, 'run', 'the one before');
    }

    it('learns from the journal what it lost, and what had ended', async () => {
      const state = await open();
      await state.write({ at, changes: [change('a', 0, { n: 1 }), change('b', 0, {})] });
      await state.flush();
      await losing(async () => {
        await state.write({ at, changes: [change('a', 1, { n: 2 }), change('b', 1, {}, { ended: true }), change('c', 0, {})] });
        await state.flush();
      });
      expect(await bodiesOf(state)).toEqual({ a: { n: 2 }, c: {} });
      await state.write({ at, changes: [change('a', 2, { n: 3 })] });
      await state.flush();
      expect((await journalOf(warehouse)).at(-1)).toEqual({ kind: 'instance', id: 'c', version: 1, live: 1 });
      expect(await bodiesOf(await open())).toEqual({ a: { n: 3 }, c: {} });
    });

    it('goes on with what it has where the journal is away', async () => {
      const state = await open();
      await state.write({ at, changes: [change('a', 0, { n: 1 })] });
      await state.flush();
      await losing(async () => {});
      warehouse.away = true;
      expect(await bodiesOf(state)).toEqual({ a: { n: 1 } });
      expect(troubles.map(({ message }) => message)).toContain('the warehouse is away');
    });
  });

  it('writes once what was sent twice because its answer was lost', async () => {
    const cable = await cabled();
    const state = await open({ redisUrl: cable.url });
    await state.write({ at, changes: [change('a', 0, {})] });
    cable.mute();
    const writing = state.write({ at, changes: [change('a', 1, { n: 1 })] });
    const watching = await open();
    await until(async () => (await watching.find('instance', ['a']))[0]?.version === 2);
    cable.pull();
    await cable.plug();
    await writing;
    expect(await bodiesOf(state)).toEqual({ a: { n: 1 } });
    await state.flush();
    expect(await stored()).toEqual(['a1', 'a2']);
  });

  it('answers when Redis is back what was asked while it was away', async () => {
    const cable = await cabled();
    const state = await open({ redisUrl: cable.url });
    await state.write({ at, changes: [change('a', 0, {})] });
    cable.pull();
    const asked = state.list('instance');
    await cable.plug();
    expect(await asked).toHaveLength(1);
  });

  it('refuses a Redis that evicts', async () => {
    const evicting = await redisWith('--maxmemory-policy', 'allkeys-lru');
    await expect(open({ redisUrl: evicting.url })).rejects.toThrow('its maxmemory-policy is allkeys-lru and must be noeviction');
  });

  it('says which Redis refuses its password, and not the password', async () => {
    const locked = await redisWith();
    const admin = new Redis(locked.url);
    await admin.config('SET', 'requirepass', 'right-one');
    admin.disconnect();
    const { port } = new URL(locked.url);
    const refusal = open({ redisUrl: `redis://:wrong-one@127.0.0.1:${port}` });
    await expect(refusal).rejects.toThrow(`Redis at 127.0.0.1:${port} refuses the name or the password`);
    await expect(refusal).rejects.not.toThrow('wrong-one');
    await open({ redisUrl: `redis://:right-one@127.0.0.1:${port}` });
  });
});
