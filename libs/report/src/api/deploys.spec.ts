import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ReportOptions } from '#report';
import { deploysLoaded, loadDeploys } from '../../../../test/seed/loaded-deploys.ts';
import { ReportApp } from '../../../../test/seed/report-app.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';

const token = 'a-token-of-enough-length';
const minuteMs = 60_000;
let house: TemporaryWarehouse;
let api: ReportApp;
let guarded: ReportApp;
let project = 0;

let stop: () => Promise<void>;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  api = await ReportApp.over(house.warehouse);
  guarded = await ReportApp.over(house.warehouse, new ReportOptions('default', undefined, 'loader', token, [], ['default']));
  stop = await loadDeploys(api.stream, house.warehouse);
});
afterAll(async () => {
  await stop();
  await api.close();
  await guarded.close();
  await house.close();
});
beforeEach(() => {
  project += 1;
});

const tell = (body: object, query = '') => api.postJson(`/api/deploys?project=p${project}${query}`, body);
async function deploys(query = '') {
  await deploysLoaded(api.stream);
  return (await api.get(`/api/deploys?project=p${project}${query}`)).body;
}
const shop = { app: 'shop', version: '1.4.0' };

describe('a deploy', () => {
  it('that was told is listed with all that was said of it', async () => {
    const time = Date.now() - 5 * minuteMs;
    const said = { url: 'https://ci.example.com/runs/7?x=1', author: 'Ada', commit: 'abc123' };
    const answer = await tell(
      { service: 'shop', version: '1.4.0', environment: 'staging', time: new Date(time).toISOString(), ...said },
      '&by=ci',
    );
    const deploy = { ...{ app: 'shop', environment: 'staging', version: '1.4.0', time, kind: 'told', toldBy: 'ci' }, ...said };
    expect([answer.status, answer.body]).toEqual([200, { project: `p${project}`, ...deploy }]);
    expect(await deploys()).toMatchObject({ truncated: false, data: [deploy] });
  });

  it('went live now, in production, where nothing else is said', async () => {
    const before = Date.now();
    await tell(shop);
    const [deploy] = (await deploys()).data;
    expect(deploy).toMatchObject({ environment: 'production', kind: 'told', url: '', author: '', commit: '', toldBy: 'api' });
    expect(deploy.time).toBeGreaterThanOrEqual(before);
    expect(deploy.time).toBeLessThanOrEqual(Date.now());
  });

  it('that is told again is one: with its time or without, in whatever order', async () => {
    const time = Date.now() - 40 * minuteMs;
    for (const body of [
      { ...shop, time: time + 29 * minuteMs },
      { ...shop, time },
      { ...shop, time },
      { ...shop, time: time + minuteMs, commit: 'c' },
    ])
      expect((await tell(body)).status).toBe(200);
    expect((await deploys()).data).toMatchObject([{ version: '1.4.0', time, commit: 'c' }]);
  });

  it('of the same release is another one half an hour later, after another release, elsewhere, and of another project', async () => {
    const time = Date.now() - 100 * minuteMs;
    const at = (minutes: number, changes: object = {}) => tell({ ...shop, time: time + minutes * minuteMs, ...changes });
    await at(0);
    await at(31);
    await at(40, { version: '1.5.0' });
    await at(45);
    await at(45, { environment: 'staging' });
    await at(45, { app: 'chat' });
    const listed = (await deploys()).data.map((one: Record<string, unknown>) => [
      one.app,
      one.environment,
      one.version,
      (Number(one.time) - time) / minuteMs,
    ]);
    expect(listed).toEqual([
      ['chat', 'production', '1.4.0', 45],
      ['shop', 'production', '1.4.0', 45],
      ['shop', 'staging', '1.4.0', 45],
      ['shop', 'production', '1.5.0', 40],
      ['shop', 'production', '1.4.0', 31],
      ['shop', 'production', '1.4.0', 0],
    ]);
    project += 1;
    expect((await deploys()).data).toEqual([]);
  });

  it('that was seen before it was told is as it was told', async () => {
    const time = Date.now() - 20 * minuteMs;
    const seen = {
      tenant: `p${project}`,
      app: 'shop',
      env: 'production',
      release: '1.4.0',
      at: time,
      kind: 'first_seen',
      received_at: time,
    };
    await house.warehouse.insert({ table: 'deploy_events', token: `seen ${project}`, rows: Buffer.from(`${JSON.stringify(seen)}\n`) });
    expect((await deploys()).data).toMatchObject([{ kind: 'first_seen', time, toldBy: '' }]);
    await tell({ ...shop, time: time + minuteMs, author: 'Ada' });
    expect((await deploys()).data).toMatchObject([{ kind: 'told', time: time + minuteMs, author: 'Ada' }]);
  });
});

describe('the list', () => {
  it('is narrowed by time, application, environment and kind, and says where there is more', async () => {
    const time = Date.now() - 100 * minuteMs;
    for (const [index, app] of ['a', 'b', 'c'].entries())
      await tell({ app, version: '1', time: time + index, environment: app === 'c' ? 'staging' : 'production' });
    const apps = async (query: string) => (await deploys(query)).data.map(({ app }: { app: string }) => app);
    expect(await apps('&app=a&app=c')).toEqual(['c', 'a']);
    expect(await apps('&environment=production')).toEqual(['b', 'a']);
    expect(await apps('&kind=first_seen')).toEqual([]);
    expect(await apps(`&from=${time + 1}&to=${time + 2}`)).toEqual(['b']);
    expect(await apps('&window=1h')).toEqual([]);
    expect(await deploys('&limit=2')).toMatchObject({ truncated: true, data: [{ app: 'c' }, { app: 'b' }] });
  });
});

describe('what is refused', () => {
  it.each([
    [{ version: '1' }, 'app'],
    [{ app: 'a', service: 'a', version: '1' }, 'app'],
    [{ app: 'a' }, 'version'],
    [{ app: 'a', version: ' ' }, 'version'],
    [{ app: 'a', version: 'unknown' }, 'version'],
    [{ app: 'a', version: 'x'.repeat(129) }, 'version'],
    [{ app: 'a\r\nBcc: b', version: '1' }, 'app'],
    [{ ...shop, time: 'yesterday' }, 'time'],
    [{ ...shop, time: '2026-01-01' }, 'time'],
    [{ ...shop, time: '1970-01-01T00:00:00Z' }, 'time'],
    [{ ...shop, time: 4_000_000_000_000 }, 'time'],
    [{ ...shop, url: 'javascript:alert(1)' }, 'url'],
    [{ ...shop, url: 'https://ada:secret@ci.example.com' }, 'url'],
    [{ ...shop, project: 'other' }, 'project'],
    [[], 'body'],
  ])('%j, by the name of its field', async (body, field) => {
    const answer = await tell(body);
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([400, 'body_invalid', field]);
  });

  it('is what went live more than thirty days ago, or will in more than ten minutes', async () => {
    const statusAt = async (minutes: number) => (await tell({ ...shop, time: Date.now() + minutes * minuteMs })).status;
    expect([await statusAt(9), await statusAt(11), await statusAt(-29 * 1_440), await statusAt(-31 * 1_440)]).toEqual([200, 400, 200, 400]);
  });

  it('is what is too large, no JSON, of no project, or told without the token', async () => {
    expect((await tell({ ...shop, url: `https://example.com/${'x'.repeat(20_000)}` })).status).toBe(413);
    expect((await api.post('/api/deploys', { 'content-type': 'text/plain' })).status).toBe(400);
    const headers = { authorization: `Bearer ${token}` };
    expect((await guarded.postJson('/api/deploys', shop)).body.error.code).toBe('forbidden');
    expect((await guarded.postJson('/api/deploys?project=shpo', shop, headers)).body.error).toMatchObject({
      code: 'parameter_invalid',
      field: 'project',
    });
    expect((await guarded.postJson('/api/deploys', shop, headers)).status).toBe(200);
  });

  it('is more than sixty at once, of that project alone, with when to come back', async () => {
    const answers = [];
    for (let n = 0; n < 61; n++) answers.push(await tell({ ...shop, version: String(n) }));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(60);
    expect([answers[60]!.body.error.code, Number(answers[60]!.headers['retry-after'])]).toEqual(['quota_exceeded', expect.any(Number)]);
    project += 1;
    expect((await tell(shop)).status).toBe(200);
  });

  it('is everything where the stream stores nothing, and nothing of it is kept', async () => {
    const closing = await ReportApp.over(house.warehouse);
    await closing.stream.close();
    const answer = await closing.postJson(`/api/deploys?project=p${project}`, shop);
    expect([answer.status, answer.body.error.code, answer.headers['retry-after']]).toEqual([503, 'stream_unavailable', '2']);
    await closing.close();
    expect((await deploys()).data).toEqual([]);
  });
});
