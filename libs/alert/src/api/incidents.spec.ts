import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changeOf } from '../alert-book.ts';
import { AlertApiHouse } from './alert-api-house.contract.ts';

let house: AlertApiHouse;
beforeAll(async () => {
  house = await AlertApiHouse.open();
});
afterAll(() => house.close());

interface Listed {
  readonly id: string;
  readonly rule: { readonly id: string };
}
const listed = async (query: string): Promise<Listed[]> => (await house.get(`/api/alerts/incidents${query}`)).body.data;
const rulesOf = async (query: string) => (await listed(query)).map(({ rule }) => rule.id);
const idOf = async (rule: string, project = 'default') => (await listed(`?project=${project}&rule=${rule}`))[0]!.id;

/** As the alerter does with what is over for long. */
async function forget(kind: 'incident' | 'silence', project: string, id: string): Promise<void> {
  const [document] = await house.state.find(kind, [id]);
  const kept = { version: document!.version, value: JSON.parse(document!.body) };
  await house.state.write({ at: house.clock.now(), changes: [changeOf(kind, { project, id, ended: true }, kept, kept.value)] });
}

describe('incidents', () => {
  it('are listed the newest first and page by page, those that are forgotten among those that are remembered', async () => {
    const begin = house.clock.now() - 60_000;
    for (const n of [1, 2, 3, 4, 5]) await house.occur('other', `r${n}`, n % 2 ? 'critical' : 'warning', { at: begin + n * 1_000 });
    for (const n of [2, 5]) await house.occur('other', `r${n}`, null, { at: begin + 10_000 + n });
    for (const n of [2, 5]) await forget('incident', 'other', await idOf(`r${n}`, 'other'));
    expect(await rulesOf(`?project=other&since=${begin}`)).toEqual(['r5', 'r4', 'r3', 'r2', 'r1']);
    const pages: string[][] = [];
    for (let cursor = ''; ; ) {
      const { data, next } = (await house.get(`/api/alerts/incidents?project=other&since=${begin}&limit=2${cursor}`)).body;
      pages.push(data.map(({ rule }: Listed) => rule.id));
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    expect(pages).toEqual([['r5', 'r4'], ['r3', 'r2'], ['r1']]);
    expect(await rulesOf(`?project=other&since=${begin}&state=resolved`)).toEqual(['r5', 'r2']);
    expect(await rulesOf(`?project=other&since=${begin}&state=open`)).toEqual(['r4', 'r3', 'r1']);
    expect(await rulesOf('?project=other&severity=warning&severity=info')).toEqual(['r4', 'r2']);
    expect(await rulesOf('?project=other&rule=r2')).toEqual(['r2']);
    expect(await rulesOf(`?project=other&since=${begin + 3_500}`)).toEqual(['r5', 'r4']);
  });

  it('of another project are not there, whatever is done to them', async () => {
    await house.occur('default', 'mine', 'critical');
    const id = await idOf('mine');
    for (const answer of [
      await house.get(`/api/alerts/incidents/${id}?project=other`),
      await house.post(`/api/alerts/incidents/${id}/ack?project=other`),
      await house.post(`/api/alerts/incidents/${id}/resolve?project=other`),
      await house.post(`/api/alerts/incidents/${id}/comment?project=other`, { text: 'mine now' }),
      await house.post('/api/alerts/silences?project=other', { incident: id, durationS: 60, comment: 'quiet' }),
    ])
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
    expect((await house.get(`/api/alerts/incidents/${id}`)).body).toMatchObject({ state: 'open', comments: [] });
  });

  it('are acknowledged, spoken of and closed by people; all of it is told in its order', async () => {
    await house.occur('default', 'handled', 'critical', { labels: { tool: 'search' }, at: house.clock.now() - 1_000 });
    const id = await idOf('handled');
    expect((await house.post(`/api/alerts/incidents/${id}/ack?by=ada`)).body).toMatchObject({
      result: 'done',
      incident: { state: 'acknowledged', acknowledged: { by: 'ada' } },
    });
    expect((await house.post(`/api/alerts/incidents/${id}/ack?by=bob`)).body).toMatchObject({
      result: 'already',
      incident: { acknowledged: { by: 'ada' } },
    });
    expect(await rulesOf('?state=acknowledged')).toEqual(['handled']);
    expect((await house.post(`/api/alerts/incidents/${id}/comment?by=bob`, { text: 'the index is gone' })).status).toBe(200);
    expect((await house.post(`/api/alerts/incidents/${id}/resolve?by=ada`)).body).toMatchObject({
      result: 'done',
      incident: { state: 'resolved', reason: 'resolved by hand' },
    });
    const { body } = await house.get(`/api/alerts/incidents/${id}`);
    expect(body.comments).toMatchObject([{ by: 'bob', text: 'the index is gone' }]);
    expect(body.deliveries.map(({ kind, channel, state }: Record<string, string>) => [kind, channel, state])).toEqual([
      ['resolve', 'pager', 'waiting'],
      ['ack', 'pager', 'waiting'],
      ['trigger', 'pager', 'waiting'],
    ]);
    expect(body.transitions).toMatchObject([{ from: 'normal', to: 'firing' }]);
    const told = body.timeline.map(({ kind, text }: Record<string, string>) => `${kind}: ${text}`).join('\n');
    expect(told).toMatch(/done by hand: resolve by ada[\s\S]*bob: the index is gone[\s\S]*acknowledge by ada[\s\S]*opened: First broken/);
    const { data } = (await house.get('/api/alerts/audit?limit=500')).body;
    const mine = data.filter(({ about }: { about: string }) => about === id);
    expect(mine.map(({ action, by }: Record<string, string>) => `${action} ${by}`)).toEqual(['resolve ada', 'acknowledge ada']);
  });

  it('that the alerter has forgotten are still told, and no more worked on', async () => {
    await house.occur('default', 'past', 'warning', { at: house.clock.now() - 5_000 });
    await house.occur('default', 'past', null, { at: house.clock.now() - 1_000 });
    const id = await idOf('past');
    await forget('incident', 'default', id);
    expect((await house.get(`/api/alerts/incidents/${id}`)).body).toMatchObject({ state: 'resolved', rule: { id: 'past' } });
    expect((await house.post(`/api/alerts/incidents/${id}/ack`)).status).toBe(404);
  });
});

it('instances are listed by state, rule and severity, with the incident that is open', async () => {
  await house.occur('default', 'placed', 'critical', { labels: { tool: 'a' } });
  await house.occur('default', 'placed', 'warning', { labels: { tool: 'b' } });
  const { data } = (await house.get('/api/alerts/instances?rule=placed&severity=critical&state=firing')).body;
  expect(data).toMatchObject([{ rule: 'placed', labels: { tool: 'a' }, state: 'firing', severity: 'critical' }]);
  expect((await listed('?rule=placed&severity=critical')).map(({ id }) => id)).toEqual([data[0].incident]);
  const first = (await house.get('/api/alerts/instances?rule=placed&limit=1')).body;
  const second = (await house.get(`/api/alerts/instances?rule=placed&limit=1&cursor=${first.next}`)).body;
  expect(new Set([first.data[0].labels.tool, second.data[0].labels.tool])).toEqual(new Set(['a', 'b']));
  expect(second.next).toBeNull();
});

it('deliveries are listed by channel, incident and what became of them', async () => {
  await house.occur('default', 'delivered', 'critical');
  const id = await idOf('delivered');
  const attempt = { incident: id, channel: 'pager', kind: 'trigger', seq: 1, attempt: 1, status: 503, result: 'later', reason: 'HTTP 503' };
  const recordOf = (changes: object, n: number) => ({
    ...{ project: 'default', kind: 'attempt', id: `${id}.pager.1:${n}`, body: JSON.stringify({ ...attempt, ...changes }) },
  });
  await house.state.write({ at: house.clock.now(), changes: [], records: [recordOf({}, 1)] });
  const of = async (query: string) => (await house.get(`/api/alerts/deliveries?incident=${id}${query}`)).body.data;
  expect(await of('&state=waiting')).toMatchObject([
    { channel: 'pager', attempts: [{ result: 'later', status: 503, reason: 'HTTP 503' }] },
  ]);
  const records = [recordOf({ attempt: 2, result: 'delivered', status: 202, answer: 'ok', reason: undefined }, 2)];
  await house.state.write({ at: house.clock.now(), changes: [], records });
  expect(await of('&state=waiting')).toEqual([]);
  expect(await of('&channel=pager')).toMatchObject([{ state: 'delivered', attempts: [{ attempt: 1 }, { attempt: 2, answer: 'ok' }] }]);
  expect(await of('&channel=mail')).toEqual([]);
});

describe('silences', () => {
  const begin = (body: object, query = '') => house.post(`/api/alerts/silences${query}`, { comment: 'deploy', durationS: 3_600, ...body });
  const silencesOf = async (query: string): Promise<{ id: string }[]> => (await house.get(`/api/alerts/silences${query}`)).body.data;

  it('begin, hold back what matches, end, and stay in the list of those that ended', async () => {
    const { body } = await begin({ matchers: { rule: 'quiet' } }, '?by=ada');
    expect(body).toMatchObject({ result: 'done', silence: { state: 'active', author: 'ada', matchers: { rule: 'quiet' } } });
    expect((await begin({ matchers: { rule: 'quiet' }, durationS: 60 })).body.result).toBe('already');
    await house.occur('default', 'quiet', 'critical');
    expect((await listed('?rule=quiet'))[0]).toMatchObject({ held: 'silenced', channels: [] });
    const { id } = body.silence;
    expect((await house.delete(`/api/alerts/silences/${id}?project=other`)).status).toBe(404);
    expect((await house.delete(`/api/alerts/silences/${id}?by=bob`)).body).toMatchObject({ result: 'done', silence: { state: 'ended' } });
    expect((await house.delete(`/api/alerts/silences/${id}`)).body.result).toBe('already');
    expect((await silencesOf('?state=ended')).map((one) => one.id)).toContain(id);
    await forget('silence', 'default', id);
    expect((await silencesOf('?state=ended')).map((one) => one.id)).toContain(id);
    expect((await silencesOf('')).map((one) => one.id)).not.toContain(id);
    const { data } = (await house.get('/api/alerts/audit?limit=500')).body;
    expect(data.filter(({ about }: { about: string }) => about === id)).toMatchObject([{ by: 'bob' }, { by: 'ada' }]);
  });

  it('may be of an incident, and then of what it is about', async () => {
    await house.occur('default', 'named', 'critical', { labels: { tool: 'search' } });
    const incident = await idOf('named');
    expect((await begin({ incident })).body.silence).toMatchObject({ incident, matchers: { rule: 'named', tool: 'search' } });
  });

  it.each([
    [{ matchers: {} }, 'matchers'],
    [{ matchers: { rule: 'a' }, durationS: undefined }, 'endsAt'],
    [{ matchers: { rule: 'a' }, endsAt: 4_102_444_800_000 }, 'endsAt'],
    [{ matchers: { rule: 'a' }, durationS: undefined, endsAt: 1_000 }, 'endsAt'],
    [{ matchers: { rule: 'a' }, durationS: 7_776_001 }, 'durationS'],
    [{ matchers: { rule: 'a' }, comment: ' ' }, 'comment'],
    [{ matchers: { rule: 'a' }, forever: true }, 'forever'],
    [{ matchers: { rule: 5 } }, 'matchers.rule'],
  ])('that say %j are refused, naming %s', async (body, field) => {
    const { status, body: answer } = await begin(body);
    expect([status, answer.error.field]).toEqual([400, field]);
  });
});

describe('the quality of alerts', () => {
  it('is counted from what happened', async () => {
    const at = house.clock.now() - 1_000_000;
    await house.occur('other', 'noisy', 'critical', { at, labels: { tool: 'a' } });
    await house.occur('other', 'noisy', null, { at: at + 60_000, labels: { tool: 'a' } });
    await house.occur('other', 'noisy', 'critical', { at, labels: { tool: 'b' } });
    await house.occur('other', 'noisy', null, { at: at + 600_000, labels: { tool: 'b' } });
    await house.post(`/api/alerts/incidents/${(await listed('?project=other&rule=noisy&limit=1'))[0]!.id}/ack?project=other`);
    const { body } = await house.get(`/api/alerts/quality?project=other&since=${at - 1}`);
    expect(body.noisiest.find(({ rule }: { rule: string }) => rule === 'noisy')).toEqual({ rule: 'noisy', incidents: 2, pages: 2 });
    expect(body.neverFired).toEqual(['slow']);
    expect(body.pagesPer12h).toBeCloseTo(body.pages / ((body.to - body.from) / 43_200_000), 6);
    expect(body.shortUnacknowledgedShare).toBeGreaterThan(0);
    const empty = (await house.get(`/api/alerts/quality?project=other&since=${house.clock.now() + 1_000}`)).body;
    expect(empty).toMatchObject({ incidents: 0, pages: 0, acknowledgedShare: null, noisiest: [] });
  });
});
