import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../clock/manual-clock.ts';
import { SystemClock } from '../clock/system-clock.ts';
import { SignInRefused } from './clickhouse-failure.ts';
import { clientConfig } from './clickhouse-node.ts';
import { ClickHouseServer, deadAddress, secret } from './clickhouse-server.contract.ts';
import { ClickHouseWarehouse, type ClickHouseWarehouseOptions } from './clickhouse-warehouse.ts';
import { migrate } from './migrator.ts';
import { CuttingWire, RecordingServer } from './recording-server.contract.ts';
import { noon, rumLines, variedRows } from './test-rows.contract.ts';
import { type WarehouseUnderTest, warehouseContract } from './warehouse.contract.ts';
import { QuestionRefused, RowsRefused, WarehouseBusy } from './warehouse.ts';

const days = { rawDays: 3000, minuteDays: 3000, hourDays: 4000 };
const opened: ClickHouseWarehouse[] = [];

async function openWarehouse(shards: string[][], options: Partial<ClickHouseWarehouseOptions> = {}): Promise<ClickHouseWarehouse> {
  const cluster = shards.flat().length > 1 ? { cluster: 'house' } : {};
  const common = { username: 'house', password: secret, clock: new SystemClock(), ...cluster };
  const warehouse = await ClickHouseWarehouse.open({ shards, ...common, ...options });
  opened.push(warehouse);
  return warehouse;
}

afterEach(async () => {
  for (const warehouse of opened.splice(0)) await warehouse.close();
});

async function open(): Promise<WarehouseUnderTest> {
  const server = await ClickHouseServer.open();
  const options = { username: 'house', password: secret, clock: new SystemClock() };
  const warehouse = await ClickHouseWarehouse.open({ ...options, shards: [[server.address]] });
  await migrate(warehouse, days);
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

describe('the ClickHouse warehouse', () => warehouseContract(open));

const block = (token: string, partition = 0) => ({ table: 'rum_events', token, partition, rows: Buffer.from('{"tenant":"t"}\n') });

describe('a server', () => {
  let server: ClickHouseServer;

  beforeAll(async () => {
    server = await ClickHouseServer.open();
    await migrate(await openWarehouse([[server.address]]), days);
  });
  afterAll(() => server.close());

  it('that loses its answers stores a block once, however often it is repeated', async () => {
    const wire = await CuttingWire.to(server.port);
    const warehouse = await openWarehouse([[wire.address]]);
    const rows = rumLines(variedRows(200, { tenant: 'cut', ts: noon }));
    wire.losing = 3;
    for (let time = 0; time < 3; time += 1) {
      await expect(warehouse.insert({ table: 'rum_events', token: 'cut', rows })).rejects.toThrow(WarehouseBusy);
    }
    await warehouse.insert({ table: 'rum_events', token: 'cut', rows });
    const sql = `SELECT (SELECT count() FROM rum_events WHERE tenant = 'cut') AS rows, (SELECT sum(n) FROM rum_1h WHERE tenant = 'cut') AS hours`;
    expect(await warehouse.ask({ sql })).toEqual([{ rows: '200', hours: '180' }]);
    wire.losing = 1;
    await expect(warehouse.ask({ sql })).rejects.toThrow(WarehouseBusy);
    await wire.close();
  });

  it('that does not take the password is named with the user, never with the password', async () => {
    const refusal = await openWarehouse([[server.address]], { password: 'hunter2-wrong' }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SignInRefused);
    const { message, stack } = refusal as Error;
    expect(message).toBe(`ClickHouse at ${server.address} does not let the user house in: check CLICKHOUSE_USER and CLICKHOUSE_PASSWORD`);
    expect(stack).not.toContain('hunter2');
  });

  it('refuses with code 159 a question that takes too long, and 241 one that takes too much memory', async () => {
    const endless = 'SELECT sum(sipHash64(number)) AS n FROM numbers(1000000000000)';
    await expect((await openWarehouse([[server.address]], { questionSeconds: 1 })).ask({ sql: endless })).rejects.toMatchObject({
      code: 159,
    });
    const small = await openWarehouse([[server.address]], { questionMemoryBytes: 20_000_000 });
    await expect(small.ask({ sql: 'SELECT uniqExact(number) AS n FROM numbers(10000000)' })).rejects.toMatchObject({ code: 241 });
  });

  it('tells of an error that comes behind the first rows', async () => {
    const sql = "SELECT throwIf(number = 300000, 'too far') AS t FROM numbers(1000000)";
    await expect((await openWarehouse([[server.address]])).ask({ sql })).rejects.toThrow('too far');
  });

  it('takes parameters longer than an address', async () => {
    const sql = 'SELECT length({xs:Array(String)}) AS n';
    const xs = Array.from({ length: 5_000 }, (_, index) => `value ${index}`);
    expect(await (await openWarehouse([[server.address]])).ask({ sql, params: { xs } })).toEqual([{ n: '5000' }]);
  });
});

describe('among several servers', () => {
  let first: RecordingServer;
  let second: RecordingServer;

  beforeEach(async () => {
    [first, second] = [await RecordingServer.open(), await RecordingServer.open()];
  });
  afterEach(async () => {
    for (const warehouse of opened.splice(0)) await warehouse.close();
    await Promise.all([first.close(), second.close()]);
  });

  const asked = () => [first.requests.length, second.requests.length];

  it('one that refuses connections is passed over', async () => {
    const warehouse = await openWarehouse([[await deadAddress(), first.address]]);
    await warehouse.insert(block('a'));
    await warehouse.ask({ sql: 'SELECT 2' });
    await warehouse.run('SYSTEM FLUSH LOGS');
    expect(first.requests.map(({ body }) => body)).toEqual(['{"tenant":"t"}\n', 'SELECT 2 \nFORMAT JSONEachRow', 'SYSTEM FLUSH LOGS']);
  });

  it('nobody that answers is told by address', async () => {
    const [one, two] = [await deadAddress(), await deadAddress()];
    const failure = await (await openWarehouse([[one, two]])).insert(block('a')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WarehouseBusy);
    expect((failure as Error).message).toMatch(new RegExp(`${one}.*${two}`, 's'));
  });

  it('the partition decides the shard, and the rows reach its local table as they are', async () => {
    const warehouse = await openWarehouse([[first.address], [second.address]]);
    for (const partition of [0, 1, 2, 3, 5]) await warehouse.insert(block(`p${partition}`, partition));
    expect(first.requests.map(({ settings }) => settings.insert_deduplication_token)).toEqual(['p0', 'p2']);
    expect(second.requests.map(({ settings }) => settings.insert_deduplication_token)).toEqual(['p1', 'p3', 'p5']);
    const [{ settings, body }] = first.requests as [(typeof first.requests)[0]];
    expect(settings).toMatchObject({ query: 'INSERT INTO `rum_events_local` FORMAT JSONEachRow', async_insert: '0' });
    expect(settings).not.toHaveProperty('insert_quorum');
    expect(body).toBe('{"tenant":"t"}\n');
  });

  it('most of the replicas have the rows before an insert resolves', async () => {
    await (await openWarehouse([[first.address, second.address]])).insert(block('a'));
    expect(first.requests[0]!.settings).toMatchObject({ insert_quorum: '2', insert_quorum_timeout: '30000' });
    await (await openWarehouse([[second.address, first.address]], { insertQuorum: 1 })).insert(block('a'));
    expect(second.requests[0]!.settings).not.toHaveProperty('insert_quorum');
  });

  it('a repeat begins at another replica while the first is in trouble, and ten seconds later at the first again', async () => {
    const clock = new ManualClock(noon);
    const warehouse = await openWarehouse([[first.address, second.address]], { clock });
    first.fail(242, 'Table is in readonly mode', 'TABLE_IS_READ_ONLY');
    await expect(warehouse.insert(block('a'))).rejects.toThrow(WarehouseBusy);
    expect(asked()).toEqual([1, 0]);
    await warehouse.insert(block('a'));
    expect(asked()).toEqual([1, 1]);
    first.answer = {};
    await clock.advance(10_000);
    await warehouse.insert(block('b'));
    expect(asked()).toEqual([2, 1]);
  });

  it('an answer about the block is not asked for twice', async () => {
    const warehouse = await openWarehouse([[first.address, second.address]]);
    first.fail(27);
    await expect(warehouse.insert(block('a'))).rejects.toThrow(RowsRefused);
    first.fail(252);
    await expect(warehouse.insert(block('a'))).rejects.toThrow(WarehouseBusy);
    expect(asked()).toEqual([2, 0]);
  });
});

describe('what a server says', () => {
  let server: RecordingServer;
  let warehouse: ClickHouseWarehouse;

  beforeEach(async () => {
    server = await RecordingServer.open();
    warehouse = await openWarehouse([[server.address]]);
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    await server.close();
  });

  it.each([60, 159, 202, 209, 210, 241, 242, 243, 252, 285, 286, 319, 516, 999, 1000, 1001, 1002])(
    'of an insert with code %d leaves it to be repeated',
    async (code) => {
      server.fail(code);
      await expect(warehouse.insert(block('a'))).rejects.toThrow(WarehouseBusy);
    },
  );

  it.each([6, 27, 33, 41, 53, 72, 117, 376, 691])('of an insert with code %d refuses the rows', async (code) => {
    server.fail(code);
    await expect(warehouse.insert(block('a'))).rejects.toThrow(RowsRefused);
  });

  it('is told from what the rows say', async () => {
    server.fail(27, "Cannot parse input: expected '{' before: 'Code: 241. DB::Exception: no (MEMORY_LIMIT_EXCEEDED)'", 'CANNOT_PARSE');
    await expect(warehouse.insert(block('a'))).rejects.toThrow(RowsRefused);
    server.fail(241, "Memory limit exceeded at 'Code: 27. DB::Exception: no (CANNOT_PARSE)'", 'MEMORY_LIMIT_EXCEEDED');
    await expect(warehouse.insert(block('a'))).rejects.toThrow(WarehouseBusy);
  });

  it.each([
    [QuestionRefused, 62, 'Syntax error'],
    [QuestionRefused, 241, '(for query) memory limit exceeded'],
    [WarehouseBusy, 241, '(total) memory limit exceeded'],
    [WarehouseBusy, 202, 'Too many simultaneous queries'],
    [WarehouseBusy, 516, 'Authentication failed'],
  ])('of a question is %p for code %d: %s', async (kind, code, message) => {
    server.fail(code, message);
    await expect(warehouse.ask({ sql: 'SELECT 2' })).rejects.toThrow(kind);
  });

  it.each([
    { status: 502, text: '<html>Bad Gateway</html>' },
    { status: 503 },
    { status: 200, text: 'Code: 159. DB::Exception: late (T)\n' },
  ])('or a proxy says in its place never counts as stored: %j', async (answer) => {
    server.answer = answer;
    await expect(warehouse.insert(block('a'))).rejects.toThrow(WarehouseBusy);
    await expect(warehouse.run('SYSTEM FLUSH LOGS')).rejects.toThrow();
  });

  it('no longer matters once the warehouse is closed', async () => {
    await warehouse.close();
    await expect(warehouse.ask({ sql: 'SELECT 2' })).rejects.toThrow(WarehouseBusy);
    await expect(warehouse.insert(block('late'))).rejects.toThrow(WarehouseBusy);
    expect(server.requests).toEqual([]);
  });
});

describe('its options', () => {
  it('give the certificates to trust to every connection, and wait for none', () => {
    const options = { username: 'u', password: 'p', database: 'default', ca: Buffer.from('PEM') };
    const silenceSeconds = { insert: 60, ask: 45, run: 3600 };
    const config = clientConfig('https://host:8443', 'ask', { ...options, silenceSeconds, connections: { insert: 4, ask: 8, run: 2 } });
    expect(config).toMatchObject({ url: 'https://host:8443', tls: { ca_cert: Buffer.from('PEM') }, request_timeout: 45_000 });
  });

  it.each([
    ['an address of ClickHouse looks like', [['clickhouse:8123']]],
    ['a shard needs an address', [['http://a:8123'], []]],
    ['a shard needs an address', []],
    ['must end behind its port', [['http://house:hunter2@a:8123']]],
    ['must end behind its port', [['http://a:8123/?max_threads=1']]],
  ])('are refused: %s', async (words, shards) => {
    const refusal = await openWarehouse(shards, { cluster: 'house' }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RangeError);
    expect((refusal as Error).message).toContain(words);
    expect((refusal as Error).message).not.toContain('hunter2');
  });

  it('name the cluster where there are several servers', async () => {
    const options = { username: 'house', password: secret, clock: new SystemClock() };
    await expect(ClickHouseWarehouse.open({ ...options, shards: [['http://a:1', 'http://b:1']] })).rejects.toThrow('CLICKHOUSE_CLUSTER');
  });
});
