import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { LiveRules } from '../rules/live-rules.ts';
import { AlertApiHouse } from './alert-api-house.contract.ts';

const slow = {
  id: 'slow',
  name: 'Slow tools',
  metric: 'mcp_tool_duration_p95',
  condition: 'above',
  threshold: '2.5 s',
  severity: 'critical',
};
let house: AlertApiHouse;
beforeAll(async () => {
  house = await AlertApiHouse.open({ rules: [slow, { ...slow, id: 'paged', project: 'default', channels: ['slack'] }] });
});
afterAll(() => house.close());

const rule = { metric: 'LCP', condition: 'above', threshold: '4 s', severity: 'warning' };
const put = (id: string, changes: object = {}, version = 0, query = '') =>
  house.put(`/api/alerts/rules/${id}${query}`, { version, rule: { ...rule, ...changes } });
const idsOf = async (query = ''): Promise<string[]> =>
  (await house.get(`/api/alerts/rules${query}`)).body.data.map(({ id }: { id: string }) => id);

describe('a rule', () => {
  it('is made, changed on the version that was read, and answered as it is now', async () => {
    expect(await put('made')).toMatchObject({
      status: 200,
      body: { id: 'made', project: 'default', source: 'api', version: 1, changedBy: 'api', rule: { threshold: '4 s', windowS: 300 } },
    });
    expect((await put('made', { threshold: 3_000 }, 1, '?by=ada')).body).toMatchObject({ version: 2, changedBy: 'ada' });
    expect((await house.get('/api/alerts/rules/made')).body).toMatchObject({ version: 2, rule: { threshold: 3_000 } });
  });

  it('that somebody else has changed is refused, with what it is now', async () => {
    await put('both');
    await put('both', { threshold: 5_000 }, 1);
    expect(await put('both', { threshold: 6_000 }, 1)).toMatchObject({
      status: 409,
      body: {
        error: { code: 'version_conflict', field: 'version', limit: 2 },
        current: { rule: { id: 'both', version: 2, rule: { threshold: 5_000 } } },
      },
    });
    expect(await put('both', {}, 0)).toMatchObject({ status: 409, body: { error: { limit: 2 } } });
    expect(await put('not-there', {}, 3)).toMatchObject({ status: 409, body: { error: { limit: 0 }, current: { rule: null } } });
  });

  it('is changed by one of many who read the same version', async () => {
    await put('raced');
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => put('raced', { threshold: 1_000 + n }, 1)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 409)]);
  });

  it.each([
    [{ threshold: undefined }, 'rule.threshold', /is needed/],
    [{ threshold: '4 kg' }, 'rule.threshold', /with/],
    [{ windowS: 90 }, 'rule.windowS', /./],
    [{ metric: '1 2' }, 'rule.metric', /no name of a metric/],
    [{ condition: 'over' }, 'rule.condition', /./],
    [{ tresholdd: 4 }, 'rule.tresholdd', /no field/],
    [{ project: 'other' }, 'rule.project', /is default/],
    [{ id: 'another' }, 'rule.id', /is wrong-one/],
    [{ triggerAfter: 0 }, 'rule.triggerAfter', /./],
  ])('that says %j is refused, naming the field %s', async (changes, field, message) => {
    const { status, body } = await put('wrong-one', changes);
    expect([status, body.error.code, body.error.field]).toEqual([400, 'body_invalid', field]);
    expect(body.error.message).toMatch(message);
  });

  it('names the limit that it breaks', async () => {
    expect((await put('wrong-one', { triggerAfter: 1_001 })).body.error).toMatchObject({ field: 'rule.triggerAfter', limit: 1_000 });
  });

  it('that tells a channel that is not there is refused, once it is known which are', async () => {
    expect((await put('to-somebody', { channels: ['nobody'] })).status).toBe(200);
    await house.show('pager', 'log');
    expect((await put('to-nobody', { channels: ['pager', 'nobody'] })).body.error).toMatchObject({
      field: 'rule.channels[1]',
      limit: 'pager, log',
    });
    expect((await put('to-pager', { channels: ['pager'] })).status).toBe(200);
    // What it named before, as rules of the file may, it may go on naming.
    expect((await house.post('/api/alerts/rules/paged/copy')).body).toMatchObject({ id: 'paged-copy', rule: { channels: ['slack'] } });
    expect((await put('paged-copy', { channels: ['slack', 'log'] }, 1)).status).toBe(200);
    expect((await put('paged-copy', { channels: ['slack', 'mail'] }, 2)).body.error).toMatchObject({ field: 'rule.channels[1]' });
  });

  it('is switched off and on, and deleted; another may have its name then', async () => {
    await put('short-lived');
    expect((await house.post('/api/alerts/rules/short-lived/disable')).body).toMatchObject({ enabled: false, version: 2 });
    expect((await house.post('/api/alerts/rules/short-lived/disable')).body).toMatchObject({ enabled: false, version: 2 });
    expect((await house.post('/api/alerts/rules/short-lived/enable')).body).toMatchObject({ enabled: true, version: 3 });
    expect(await house.delete('/api/alerts/rules/short-lived?version=2')).toMatchObject({ status: 409 });
    expect((await house.delete('/api/alerts/rules/short-lived?version=3')).status).toBe(200);
    expect((await house.get('/api/alerts/rules/short-lived')).status).toBe(404);
    expect((await house.delete('/api/alerts/rules/short-lived')).status).toBe(404);
    expect((await put('short-lived')).body.version).toBe(1);
  });
});

describe('a rule of the file', () => {
  it('is not changed here but copied; the copy is switched off', async () => {
    expect((await house.get('/api/alerts/rules/slow')).body).toMatchObject({ source: 'file', project: null, version: 0 });
    for (const answer of [
      await put('slow'),
      await house.delete('/api/alerts/rules/slow'),
      await house.post('/api/alerts/rules/slow/disable'),
    ])
      expect(answer).toMatchObject({
        status: 409,
        body: { error: { code: 'read_only', message: expect.stringContaining('copy to edit') } },
      });
    expect((await house.post('/api/alerts/rules/slow/copy')).body).toMatchObject({
      ...{ id: 'slow-copy', source: 'api', enabled: false, rule: { metric: 'mcp_tool_duration_p95', project: 'default' } },
    });
    expect((await house.post('/api/alerts/rules/slow/copy')).body.id).toBe('slow-copy-2');
    expect((await house.post('/api/alerts/rules/slow/copy', { id: 'mine' })).body.id).toBe('mine');
    expect(await house.post('/api/alerts/rules/slow/copy', { id: 'mine' })).toMatchObject({
      status: 409,
      body: { error: { code: 'conflict' } },
    });
    expect(await house.post('/api/alerts/rules/slow/copy', { id: 'slow' })).toMatchObject({ status: 409 });
    expect(await house.post('/api/alerts/rules/slow/copy', { id: 'A b' })).toMatchObject({
      status: 400,
      body: { error: { field: 'rule.id' } },
    });
  });
});

describe('rules', () => {
  it('are listed page by page, by project, source, severity and whether they are on', async () => {
    for (const id of ['a', 'b', 'c']) await put(id, { severity: 'critical' }, 0, '?project=other');
    const first = (await house.get('/api/alerts/rules?project=other&limit=2')).body;
    expect(first.data.map(({ id }: { id: string }) => id)).toEqual(['a', 'b']);
    expect(await idsOf(`?project=other&limit=2&cursor=${first.next}`)).toEqual(['c', 'slow']);
    expect((await house.get(`/api/alerts/rules?project=other&limit=2&cursor=${first.next}`)).body.next).toBeNull();
    expect(await idsOf('?project=other&source=api')).toEqual(['a', 'b', 'c']);
    expect(await idsOf('?project=other&severity=info')).toEqual([]);
    await house.post('/api/alerts/rules/b/disable?project=other');
    expect(await idsOf('?project=other&enabled=false')).toEqual(['b']);
  });

  it('of two projects have the same name and nothing to do with each other', async () => {
    await put('named-twice', { threshold: 1_000 });
    await put('named-twice', { threshold: 2_000 }, 0, '?project=other');
    await house.delete('/api/alerts/rules/named-twice?project=other');
    expect((await house.get('/api/alerts/rules/named-twice')).body.rule.threshold).toBe(1_000);
    expect((await house.get('/api/alerts/rules/named-twice?project=other')).status).toBe(404);
    expect(await put('named-twice', {}, 0, '?project=third')).toMatchObject({ status: 404 });
  });

  it('are what the alerter judges from its next look on', async () => {
    const log = pino({ level: 'silent' });
    const live = new LiveRules({ state: house.state, log, fileRules: [], projects: ['default', 'other'] });
    const watched = async () => (await live.current()).watched.filter(({ rule: { id } }) => id === 'judged');
    expect(await watched()).toEqual([]);
    await put('judged');
    expect(await watched()).toMatchObject([{ project: 'default', rule: { lines: [{ threshold: 4_000 }] } }]);
    expect(await live.current()).toBe(await live.current());
    await house.post('/api/alerts/rules/judged/disable');
    expect(await watched()).toEqual([]);
  });
});

it('every change of a rule stands in the journal with who made it and what became of it', async () => {
  await put('audited', {}, 0, '?by=ada');
  await put('audited', { threshold: 3_000 }, 1, '?by=bob');
  await house.delete('/api/alerts/rules/audited?by=eve');
  const { data } = (await house.get('/api/alerts/audit?limit=3')).body;
  expect(data).toMatchObject([
    { action: 'delete rule', by: 'eve', about: 'audited' },
    { action: 'change rule', by: 'bob', difference: [{ field: 'threshold', before: '4 s', after: 3_000 }] },
    { action: 'create rule', by: 'ada', difference: expect.arrayContaining([{ field: 'metric', before: null, after: 'LCP' }]) },
  ]);
});
