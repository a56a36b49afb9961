import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SqlGuard } from '#platform';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { storeSpans } from '../../../../test/seed/span-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { grafanaDashboards } from './grafana-dashboards.ts';

let house: TemporaryWarehouse;
let guard: SqlGuard;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  guard = new SqlGuard({ engine: house.engine });
  const ts = Date.now() - 60_000;
  await storeRows(house.warehouse, [
    { ts, value: 1_200, rating: 'good' },
    { ts, value: 90, metric: 'mcp-tool-execution', tool: 'search', weight: 4 },
  ]);
  await storeSpans(house.warehouse, [{ start: ts * 1_000 }]);
});
afterAll(() => house.close());

/** As the plugin's macros and Grafana's variables write it, https://github.com/grafana/clickhouse-datasource#macros. */
function expanded(sql: string, environment: string | undefined): string {
  return sql
    .replace(
      /\$__timeFilter\((\w+)\)/g,
      (_, column) => `${column} >= toDateTime(${seconds(-3_600)}) AND ${column} <= toDateTime(${seconds(60)})`,
    )
    .replace(/\$__timeInterval\((\w+)\)/g, (_, column) => `toStartOfInterval(toDateTime(${column}), INTERVAL 60 second)`)
    .replace(/\$__conditionalAll\((.*?\)), \$environment\)/g, (_, condition) => (environment === undefined ? '1=1' : condition))
    .replaceAll('$environment', `'${environment}'`)
    .replaceAll('$project', 'default');
}
const seconds = (fromNow: number) => Math.floor(Date.now() / 1_000) + fromNow;

interface Target {
  readonly targets: readonly { readonly rawSql: string }[];
  readonly title: string;
}
const questions = grafanaDashboards().flatMap(({ file, dashboard }) => {
  const { panels, templating, annotations } = dashboard as {
    panels: Target[];
    templating: { list: { name: string; query: string }[] };
    annotations: { list: { name: string; target: { rawSql: string } }[] };
  };
  return [
    ...panels.map(({ title, targets }) => [`${file}: ${title}`, targets[0]!.rawSql] as const),
    ...templating.list.map(({ name, query }) => [`${file}: $${name}`, query] as const),
    ...annotations.list.map(({ name, target }) => [`${file}: ${name}`, target.rawSql] as const),
  ];
});

describe('dashboards of Grafana', () => {
  it('stand in infra/grafana as the catalogue makes them; npm run docs writes them anew', async () => {
    const folder = join(import.meta.dirname, '../../../../infra/grafana/dashboards');
    const written = await Promise.all(
      (await readdir(folder)).sort().map(async (file) => ({ file, dashboard: JSON.parse(await readFile(join(folder, file), 'utf8')) })),
    );
    const made = [...grafanaDashboards()].sort((one, other) => one.file.localeCompare(other.file));
    expect(written).toEqual(JSON.parse(JSON.stringify(made)));
  });

  it.each(questions)('%s: passes the guard and is answered by the engine', async (_, sql) => {
    for (const environment of [undefined, 'production']) {
      const { sql: checked } = await guard.check({ sql: expanded(sql, environment), params: {} });
      expect(checked).not.toContain('$');
      const { bytes } = await house.engine.query({ sql: checked, format: 'JSONCompact' });
      expect(JSON.parse(Buffer.from(bytes).toString()).meta.length).toBeGreaterThan(0);
    }
  });

  it('show what was measured', async () => {
    const [, sql] = questions.find(([title]) => title.startsWith('web-vitals.json: Largest'))!;
    const rows = await house.warehouse.ask<{ LCP: number }>({ sql: expanded(sql, 'production') });
    expect(rows.map(({ LCP }) => LCP)).toEqual([1_200]);
  });
});
