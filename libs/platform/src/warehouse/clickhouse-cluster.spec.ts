import { describe, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { ClickHouseServer, secret } from './clickhouse-server.contract.ts';
import { ClickHouseWarehouse } from './clickhouse-warehouse.ts';
import { migrate } from './migrator.ts';
import { type WarehouseUnderTest, warehouseContract } from './warehouse.contract.ts';
import { type InsertBlock, type Question, Warehouse } from './warehouse.ts';

const target = { cluster: 'house', rawDays: 3000, minuteDays: 3000, hourDays: 4000 };

/**
 * The engine in a process has no Keeper and runs nothing ON CLUSTER; everything else is as on a cluster of one shard: local
 * names, views between them, and Distributed tables under the plain ones.
 */
class WithoutKeeper extends Warehouse {
  constructor(private readonly cluster: Warehouse) {
    super();
  }

  insert(block: InsertBlock): Promise<void> {
    return this.cluster.insert(block);
  }

  ask<Row extends object>(question: Question): Promise<Row[]> {
    return this.cluster.ask<Row>(question);
  }

  run(sql: string): Promise<void> {
    const lonely = sql
      .replace(' ON CLUSTER `house`', '')
      .replace(
        /Replicated(\w+)\('[^']*', '\{replica\}'(?:, (.*?))?\) (?=ORDER|PARTITION)/,
        (_, engine: string, rest = '') => `${engine}(${rest}) `,
      )
      .replace(
        /replicated_deduplication_window = (\d+), replicated_deduplication_window_seconds = \d+/,
        'non_replicated_deduplication_window = $1',
      );
    return this.cluster.run(lonely);
  }

  close(): Promise<void> {
    return this.cluster.close();
  }
}

async function open(): Promise<WarehouseUnderTest> {
  const server = await ClickHouseServer.open({ clustered: true });
  const options = { username: 'house', password: secret, clock: new SystemClock(), cluster: 'house' };
  const warehouse = new WithoutKeeper(await ClickHouseWarehouse.open({ ...options, shards: [[server.address]] }));
  await migrate(warehouse, target);
  return {
    warehouse,
    async restart() {
      await server.restart();
      return warehouse;
    },
    async close() {
      await warehouse.close();
      await server.close();
    },
  };
}

describe('the ClickHouse warehouse on a cluster', () => warehouseContract(open));

describe('its tables', () => {
  it('read every shard under the names people use, comments included, and are migrated once', async () => {
    const { warehouse, close } = await open();
    try {
      const sql = `SELECT name, engine FROM system.tables WHERE database = 'default' AND name IN ('rum_events', 'rum_1m', 'outcomes_1m', 'rum') ORDER BY name`;
      expect(await warehouse.ask({ sql })).toEqual([
        { name: 'outcomes_1m', engine: 'Distributed' },
        { name: 'rum', engine: 'View' },
        { name: 'rum_1m', engine: 'Distributed' },
        { name: 'rum_events', engine: 'Distributed' },
      ]);
      const comment = `SELECT comment FROM system.columns WHERE table = 'rum_events' AND name = 'tenant'`;
      expect(await warehouse.ask({ sql: comment })).toEqual([{ comment: 'Project, from the key' }]);
      expect(await migrate(warehouse, target)).toEqual([]);
      await warehouse.insert({ table: 'rum_events_check', token: 'looked-at', rows: Buffer.from('{"tenant":"looked-at"}\n') });
      expect(await warehouse.ask({ sql: "SELECT metric FROM rum WHERE project = 'looked-at'" })).toEqual([]);
    } finally {
      await close();
    }
  });
});
