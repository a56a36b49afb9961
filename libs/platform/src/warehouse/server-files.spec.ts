import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/system-clock.ts';
import { type ChdbEngine, openChdbEngine } from '../engine/chdb-engine.ts';
import { migrationFolder } from './migrator.ts';

const folder = join(migrationFolder(), '..');
const files = ['config.d/beaconhouse.xml', 'config.d/cluster.xml', 'config.d/system-logs.xml', 'users.d/house.xml'];
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const [server, cluster, logs, users] = files.map((file) => elementsOf(read(`server/${file}`))) as [Elements, Elements, Elements, Elements];

/** Text by path, such as `clickhouse/macros/shard`; `@remove` and the like by the element's path. */
type Elements = ReadonlyMap<string, string>;

/** Throws where the text is not well-formed, as far as these files go: elements, attributes, comments. */
function elementsOf(xml: string): Elements {
  const found = new Map<string, string>();
  const open: string[] = [];
  let at = 0;
  const token = /<!--(?:(?!--).)*-->|<(\/?)(\w+)((?: \w+="[^"<&]*")*)(\/?)>|[^<>&]+/gsy;
  for (let match = token.exec(xml); match; match = token.exec(xml)) {
    at = token.lastIndex;
    const [text, closing, name, attributes, empty] = match;
    if (name === undefined) {
      if (!text.startsWith('<!--') && text.trim() !== '') found.set(open.join('/'), text.trim());
      continue;
    }
    if (closing === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    const path = [...open, name].join('/');
    found.set(path, '');
    for (const [, key, value] of attributes!.matchAll(/ (\w+)="([^"]*)"/g)) found.set(`${path}@${key}`, value!);
    if (empty !== '/') open.push(name);
  }
  if (at !== xml.length || open.length > 0) throw new Error(`not well-formed at character ${at}: ${xml.slice(at, at + 40)}`);
  return found;
}

/** Names and texts of what stands directly below a path. */
function below(elements: Elements, path: string): Record<string, string> {
  const prefix = `${path}/`;
  const children = [...elements].filter(([key]) => key.startsWith(prefix) && !/[/@]/.test(key.slice(prefix.length)));
  return Object.fromEntries(children.map(([key, value]) => [key.slice(prefix.length), value]));
}

function statementsOf(sql: string): string[] {
  const text = sql.replaceAll(/^--.*\n/gm, '');
  return text
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter(Boolean);
}

describe('the server', () => {
  it('is a cluster of one under the name of the migrations, with a Keeper that syncs what it knows', () => {
    expect(below(cluster, 'clickhouse/macros')).toEqual({ shard: '1', replica: 'clickhouse-1' });
    const replica = 'clickhouse/remote_servers/beaconhouse/shard/replica';
    expect(below(cluster, replica)).toEqual({ host: '127.0.0.1', port: server.get('clickhouse/tcp_port'), user: 'house', password: '' });
    expect(cluster.get('clickhouse/keeper_server/coordination_settings/force_sync')).toBe('true');
    expect(cluster.get('clickhouse/zookeeper/node/port')).toBe(cluster.get('clickhouse/keeper_server/tcp_port'));
  });

  it('speaks HTTP to clients and no other database’s protocol', () => {
    expect(server.get('clickhouse/http_port')).toBe('8123');
    for (const port of ['mysql_port', 'postgresql_port', 'grpc_port']) expect(server.get(`clickhouse/${port}@remove`)).toBe('1');
  });

  it('keeps two logs in tables, for three days', () => {
    const kept = Object.keys(below(logs, 'clickhouse')).filter((log) => !logs.has(`clickhouse/${log}@remove`));
    expect(kept).toEqual(['query_log', 'part_log']);
    for (const log of kept) expect(logs.get(`clickhouse/${log}/ttl`)).toBe('event_date + INTERVAL 3 DAY DELETE');
  });

  it('has one user, whose password stands in no file', () => {
    expect(Object.keys(below(users, 'clickhouse/users'))).toEqual(['default', 'house']);
    expect(users.get('clickhouse/users/default@remove')).toBe('1');
    expect(users.get('clickhouse/users/house/password@from_env')).toBe('CLICKHOUSE_PASSWORD');
    expect(files.map((file) => read(`server/${file}`)).join()).not.toMatch(/<password>[^<]/);
  });

  it('lets views read with the rights of the house', () => {
    expect(below(users, 'clickhouse/profiles/house')).toMatchObject({
      default_normal_view_sql_security: 'DEFINER',
      default_view_definer: 'house',
    });
  });
});

describe('analysts', () => {
  const profile = below(users, 'clickhouse/profiles/analyst');
  const analysts = statementsOf(read('analysts.sql'));
  const documented = [
    'rum',
    'spans',
    'deploys',
    'ledger',
    'synthetic',
    'findings',
    'budget_checks',
    'alerts',
    'alert_notices',
    'forwarded',
  ];

  it('read within limits that nobody can change', () => {
    const { profile: _, constraints, ...limits } = profile;
    expect(limits).toMatchObject({
      readonly: '1',
      max_execution_time: '30',
      max_memory_usage: '2000000000',
      max_rows_to_read: '1000000000',
    });
    expect(limits).toMatchObject({ max_result_rows: '10000', max_threads: '4', max_concurrent_queries_for_user: '4', allow_ddl: '0' });
    const constant = Object.keys(below(users, 'clickhouse/profiles/analyst/constraints'));
    expect(constant).toEqual(Object.keys(limits));
    for (const name of constant) expect(users.has(`clickhouse/profiles/analyst/constraints/${name}/const`)).toBe(true);
  });

  it('may read the documented views and nothing else', () => {
    const grants = analysts.filter((statement) => statement.startsWith('GRANT'));
    expect(grants).toEqual(documented.map((view) => `GRANT ON CLUSTER beaconhouse SELECT ON default.${view} TO analyst`));
  });

  it('see by policies on every view they may read, the example included', () => {
    const everything = analysts.find((statement) => statement.startsWith('CREATE ROW POLICY'))!;
    const example = /^-- CREATE ROW POLICY.*\n(?:--.*\n)+/m.exec(read('analysts.sql'))![0];
    for (const view of documented) for (const policy of [everything, example]) expect(policy).toContain(`default.${view}`);
    expect(server.get('clickhouse/access_control_improvements/users_without_row_policies_can_read_rows')).toBe('false');
  });
});

describe('the engine', () => {
  let dataDir: string;
  let engine: ChdbEngine;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-server-files-'));
    engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
  });
  afterAll(async () => {
    await engine.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const ask = async (sql: string, params: Record<string, unknown>) =>
    Buffer.from((await engine.query({ sql, params, format: 'TSVRaw' })).bytes).toString();

  it('can read every statement for analysts, the example included', async () => {
    const withExample = read('analysts.sql').replaceAll(/^-- (?=CREATE|GRANT| {2}ON| {2}AS)/gm, '');
    const statements = statementsOf(withExample);
    expect(statements.length).toBe(27);
    for (const s of statements) expect(await ask('SELECT formatQuery({s:String})', { s })).toContain('beaconhouse');
  });

  it('knows every setting of the profiles', async () => {
    const names = ['default', 'house', 'analyst'].flatMap((name) => Object.keys(below(users, `clickhouse/profiles/${name}`)));
    const settings = names.filter((name) => name !== 'profile' && name !== 'constraints');
    expect(settings.length).toBeGreaterThan(20);
    const unknown = 'SELECT arrayFilter(name -> name NOT IN (SELECT name FROM system.settings), {settings:Array(String)})';
    expect(await ask(unknown, { settings })).toBe('[]\n');
  });
});

it.each(['<a><b></a></b>', '<a>', '<a>&</a>', '<!-- a -- b --><a></a>', '<a b=c/>'])('the check of these files refuses %s', (xml) => {
  expect(() => elementsOf(xml)).toThrow();
});
