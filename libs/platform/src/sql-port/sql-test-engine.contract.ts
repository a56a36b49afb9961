import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../clock/system-clock.ts';
import { type ChdbEngine, openChdbEngine } from '../engine/chdb-engine.ts';
import { EmbeddedWarehouse } from '../warehouse/embedded-warehouse.ts';
import { migrate } from '../warehouse/migrator.ts';

export interface TestEngine {
  readonly engine: ChdbEngine;
  readonly dataDir: string;
  close(): Promise<void>;
}

/** A real engine with the product's tables, 200 page views in `rum`, and tables that questions must never see. */
export async function openTestEngine(): Promise<TestEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-sql-'));
  const engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
  const warehouse = new EmbeddedWarehouse(engine);
  await migrate(warehouse, { rawDays: 30, minuteDays: 90, hourDays: 400 });
  for (const sql of [...rows, ...canaries]) await warehouse.run(sql);
  return {
    engine,
    dataDir,
    close: async () => {
      await warehouse.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Stands in every hidden place; no answer may hold it. */
export const canary = 'CANARY-7f3a';

const rows = [
  `INSERT INTO rum_events (tenant, app, env, metric, ts, received_at, value, rating, route, tool, release, country, device, browser,
     browser_version, os, agent, connection, nav_type, session_id, user_hash, trace_id, weight, response_bytes, attrs, src_offset)
   SELECT 'default', 'shop', 'production', ['LCP','INP','CLS','mcp-tool-execution'][number % 4 + 1], now() - number * 60, now(), 100 + number * 10,
     'good', ['/', '/orders/:id'][number % 2 + 1], ['unknown', 'search'][number % 2 + 1], '1.0', ['DE', 'US', 'FR'][number % 3 + 1],
     ['desktop', 'mobile'][number % 2 + 1], 'Chrome', '140', 'Linux', 'browser', '4g', 'navigate', number % 17, 0,
     toUUID('00000000-0000-0000-0000-000000000000'), 1, 2048, map('target', 'button'), number FROM numbers(200)`,
  `INSERT INTO deploy_events (tenant, app, env, release, at) VALUES ('default', 'shop', 'production', '1.0', now())`,
];

const canaries = [
  `CREATE TABLE hidden (name String) ENGINE = MergeTree ORDER BY name`,
  `INSERT INTO hidden VALUES ('${canary}')`,
  `CREATE VIEW hidden_by_parameter AS SELECT '${canary}' AS name WHERE {x:UInt8} = 1`,
  `CREATE DATABASE other`,
  `CREATE TABLE other.rum (name String) ENGINE = MergeTree ORDER BY name`,
  `INSERT INTO other.rum VALUES ('${canary}')`,
  `CREATE DICTIONARY hidden_dictionary (name String, value String) PRIMARY KEY name SOURCE(CLICKHOUSE(TABLE 'hidden_source')) LAYOUT(COMPLEX_KEY_HASHED()) LIFETIME(0)`,
];
