import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReportOptions } from '#report';
import { storeRegression } from '../../../../test/seed/regressions.ts';
import { ReportApp } from '../../../../test/seed/report-app.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';

const token = 'a-token-of-enough-length';
let house: TemporaryWarehouse;
let api: ReportApp;
let guarded: ReportApp;

beforeAll(async () => {
  house = await openTemporaryWarehouse();
  api = await ReportApp.over(house.warehouse);
  guarded = await ReportApp.over(house.warehouse, new ReportOptions('default', undefined, 'loader', token));
  for (const id of ['r1', 'r2', 'r3']) await storeRegression(house.warehouse, { id });
  await storeRegression(house.warehouse, { id: 'inp', metric: 'INP' });
  await storeRegression(house.warehouse, { id: 'theirs', project: 'other' });
  for (const id of ['guarded', 'token']) await storeRegression(house.warehouse, { id, metric: 'FCP' });
});
afterAll(async () => {
  await api.close();
  await guarded.close();
  await house.close();
});

const idsOf = async (query: string): Promise<string[]> =>
  (await api.get(`/api/regressions${query}`)).body.data.map(({ id }: { id: string }) => id).sort();

describe('regressions', () => {
  it('are listed by project, metric and state', async () => {
    expect(await idsOf('')).toEqual(['guarded', 'inp', 'r1', 'r2', 'r3', 'token']);
    expect(await idsOf('?metric=inp')).toEqual(['inp']);
    expect(await idsOf('?project=other')).toEqual(['theirs']);
    expect(await idsOf('?metric=LCP&state=accepted')).toEqual([]);
    expect(await idsOf('?limit=2')).toHaveLength(2);
  });

  it('are accepted, muted and opened again, and may be asked to twice', async () => {
    const accepted = (await api.post('/api/regressions/r1/accept')).body;
    expect(accepted).toMatchObject({ id: 'r1', state: 'accepted' });
    expect((await api.post('/api/regressions/r1/accept')).body).toEqual(accepted);
    expect((await api.post('/api/regressions/r2/mute')).body.state).toBe('muted');
    expect(await idsOf('?metric=LCP&state=accepted&state=muted')).toEqual(['r1', 'r2']);
    expect((await api.post('/api/regressions/r1/reopen')).body).toMatchObject({ state: 'open', evidence: { z: 9.1 } });
  });

  it('with one cause are one, and accepted as one', async () => {
    for (const id of ['head', 'part', 'other'])
      await storeRegression(house.warehouse, { id, metric: id === 'other' ? 'TTFB' : 'CLS', cause: 'head', project: 'joined' });
    expect((await api.get('/api/regressions?project=joined&metric=TTFB')).body.data).toMatchObject([
      { id: 'head', cause: 'head', memberCount: 3, metric: 'CLS' },
    ]);
    expect((await api.get('/api/regressions/part?project=joined')).body).toMatchObject({
      id: 'part',
      members: [{ id: 'head' }, { id: 'other' }, { id: 'part' }],
    });
    // Of a cause that is not over, one that is open is shown.
    await api.post('/api/regressions/head/mute?project=joined');
    expect(await idsOf('?project=joined&metric=CLS')).toEqual(['other']);
    expect(await idsOf('?project=joined&metric=CLS&state=muted')).toEqual([]);
    const accepted = (await api.post('/api/regressions/part/accept?project=joined')).body;
    expect(accepted.members.map(({ state }: { state: string }) => state)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await idsOf('?project=joined&metric=CLS&state=accepted')).toEqual(['head']);
  });

  it('of which the level became the usual one say so, until somebody opens them again', async () => {
    await storeRegression(house.warehouse, { id: 'long', project: 'settled', state: 'accepted', settled: true });
    expect((await api.get('/api/regressions?project=settled')).body.data).toMatchObject([{ id: 'long', state: 'accepted', settled: true }]);
    expect((await api.post('/api/regressions/long/accept?project=settled')).body).toMatchObject({ state: 'accepted', settled: true });
    expect((await api.post('/api/regressions/long/reopen?project=settled')).body).toMatchObject({ state: 'open', settled: false });
    expect((await api.post('/api/regressions/long/accept?project=settled')).body).toMatchObject({ state: 'accepted', settled: false });
  });

  it('that went away stay so, whatever is decided on their cause; only the series is muted', async () => {
    const state = { went: 'went_away', head: 'open', part: 'muted' } as const;
    for (const id of ['went', 'head', 'part'] as const)
      await storeRegression(house.warehouse, { id, cause: 'head', project: 'partly', state: state[id] });
    const decided = async (path: string) => {
      const { state: own, members } = (await api.post(`/api/regressions/${path}?project=partly`)).body;
      return { own, all: Object.fromEntries(members.map(({ id, state: now }: { id: string; state: string }) => [id, now])) };
    };
    expect(await decided('head/accept')).toEqual({ own: 'accepted', all: { head: 'accepted', part: 'accepted', went: 'went_away' } });
    expect(await decided('head/reopen')).toEqual({ own: 'open', all: { head: 'open', part: 'open', went: 'went_away' } });
    expect(await decided('went/accept')).toEqual({ own: 'went_away', all: { head: 'accepted', part: 'accepted', went: 'went_away' } });
    expect(await decided('went/reopen')).toEqual({ own: 'went_away', all: { head: 'open', part: 'open', went: 'went_away' } });
    expect(await decided('went/mute')).toMatchObject({ own: 'muted', all: { head: 'open', part: 'open' } });
  });

  it('are what got worse; what got better is listed where it is asked for, and nobody decides on it', async () => {
    await storeRegression(house.warehouse, { id: 'faster', project: 'better', state: 'improved' });
    expect(await idsOf('?project=better')).toEqual([]);
    expect(await idsOf('?project=better&state=improved')).toEqual(['faster']);
    expect(await api.post('/api/regressions/faster/accept?project=better')).toMatchObject({ status: 404 });
  });

  it('of others are not there', async () => {
    expect(await api.get('/api/regressions/theirs')).toMatchObject({ status: 404, body: { error: { code: 'not_found', field: 'id' } } });
    expect(await api.post('/api/regressions/theirs/accept')).toMatchObject({ status: 404 });
  });
});

describe('who may decide', () => {
  it('is this machine, and no web page of another site', async () => {
    expect(await api.post('/api/regressions/guarded/accept', {}, '192.0.2.7')).toMatchObject({
      status: 403,
      body: { error: { code: 'forbidden' } },
    });
    expect(await api.post('/api/regressions/guarded/accept', { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
    expect(await api.post('/api/regressions/guarded/accept', { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 });
    expect((await api.get('/api/regressions/guarded')).body.state).toBe('open');
  });

  it('is whoever has the token, where there is one', async () => {
    expect(await guarded.post('/api/regressions/token/accept')).toMatchObject({ status: 403, body: { error: { field: 'authorization' } } });
    expect(await guarded.post('/api/regressions/token/accept', { authorization: 'Bearer wrong' })).toMatchObject({ status: 403 });
    expect(await guarded.post('/api/regressions/token/accept', { authorization: `Bearer ${token}` }, '192.0.2.7')).toMatchObject({
      status: 200,
    });
  });
});
