import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { documentedViews } from './documented-views.ts';
import { sqlPage } from './sql-page.ts';

let house: TemporaryWarehouse;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
});
afterAll(() => house.close());

describe('docs/sql.md', () => {
  it('is what the schema says now; npm run docs writes it anew', async () => {
    const written = await readFile(join(import.meta.dirname, '../../../../docs/sql.md'), 'utf8');
    expect(written).toBe(await sqlPage(house.warehouse));
  });

  it('explains every column of every view that questions may read', async () => {
    const page = await sqlPage(house.warehouse);
    const columns = await house.warehouse.ask<{ table: string; name: string }>({
      sql: `SELECT table, name FROM system.columns WHERE database = currentDatabase() AND table IN {views:Array(String)}`,
      params: { views: documentedViews.map(({ view }) => view) },
    });
    expect(columns.length).toBeGreaterThan(50);
    for (const { table, name } of columns) {
      const section = page.split(/^## /m).find((part) => part.startsWith(`${table}\n`)) ?? '';
      expect(section).toMatch(new RegExp(`^\\| \`${name}\` \\| \`[^|]+\` \\| \\S`, 'm'));
    }
  });

  it('is not written with a column that has no comment', async () => {
    await house.warehouse.run('CREATE OR REPLACE VIEW deploys AS SELECT tenant AS project, app, at, now() AS asked_at FROM deploy_events');
    await expect(sqlPage(house.warehouse)).rejects.toThrow('deploys.asked_at has no comment');
    await house.close();
    house = await openTemporaryWarehouse();
  });
});
