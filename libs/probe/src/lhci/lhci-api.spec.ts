import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KnownProject, LhciHouse, sampleBuild } from './lhci-house.contract.ts';
import { sampleLhr } from './sample-lhr.contract.ts';

let house: LhciHouse;
let project: KnownProject;
beforeAll(async () => {
  house = await LhciHouse.open();
  project = await house.project('Shop Front');
});
afterAll(() => house.close());

const hash = (letter: string) => letter.repeat(40);
const at = ({ id }: KnownProject, path = '') => `/v1/projects/${id}${path}`;

describe('the server itself', () => {
  it('says what it is and that it is well', async () => {
    expect((await house.get('/version')).text).toBe('0.15.1');
    expect((await house.get('/healthz')).text).toBe('healthy');
    expect((await house.get('/v1/viewer/origin')).body).toEqual({ viewerOrigin: 'https://googlechrome.github.io' });
  });
});

describe('a project', () => {
  it('is made with two tokens, which are shown once', async () => {
    const made = await house.project('Made Once');
    expect(made).toMatchObject({ name: 'Made Once', slug: 'made-once', baseBranch: 'main', externalUrl: 'https://git.example/shop' });
    expect(made.token).toMatch(/^[0-9a-f]{8}-/);
    expect(made.adminToken).toMatch(/^[a-z0-9]{40}$/i);
    for (const path of [made.id, 'slug:made-once'])
      expect((await house.get(`/v1/projects/${path}`)).body).toMatchObject({ id: made.id, token: '', adminToken: '' });
    const { body } = await house.get('/v1/projects');
    expect(body.find(({ id }: KnownProject) => id === made.id)).toMatchObject({ token: '', adminToken: '' });
  });

  it('is stored without its tokens', async () => {
    const made = await house.project('Without tokens');
    const [row] = await house.warehouse.ask<Record<string, string>>({
      sql: 'SELECT * FROM lhci_projects WHERE id = {id:String}',
      params: { id: made.id },
    });
    const stored = JSON.stringify(row);
    expect(stored).toContain(made.slug);
    for (const token of [made.token, made.adminToken]) expect(stored).not.toContain(token);
  });

  it('gets an address of its own where the name is taken', async () => {
    await house.project('Same Name');
    expect((await house.project('Same Name')).slug).toMatch(/^same-name-[0-9a-f]{8}$/);
  });

  it('is found by its build token, and by nothing else', async () => {
    const find = (token: unknown) => house.send('POST', '/v1/projects/lookup', { body: { token } });
    expect((await find(project.token)).body).toMatchObject({ id: project.id, token: project.token, adminToken: '' });
    for (const token of [project.adminToken, '', project.id]) expect((await find(token)).status).toBe(404);
    expect((await find(7)).status).toBe(422);
  });

  it('needs a name of four letters', async () => {
    const make = async (body: unknown) => (await house.send('POST', '/v1/projects', { body })).body.message;
    expect(await make({ name: 'abc' })).toContain('Project name too short');
    expect(await make({})).toContain('Project name missing');
  });

  it('is changed and removed with the admin token alone', async () => {
    const made = await house.project('To be changed');
    const build = await house.build(made);
    await house.run(made, build.id, {});
    const change = (token: string) =>
      house.send('PUT', at(made), {
        headers: { 'x-lhci-admin-token': token },
        body: { name: 'Changed', externalUrl: '', baseBranch: 'trunk' },
      });
    for (const token of ['', 'wrong', made.token, project.adminToken]) {
      const refused = await change(token);
      expect([refused.status, refused.body]).toEqual([403, { message: 'Invalid token' }]);
    }
    expect((await change(made.adminToken)).status).toBe(204);
    expect((await house.get(at(made))).body).toMatchObject({ name: 'Changed', baseBranch: 'trunk', slug: 'to-be-changed' });
    expect((await house.send('DELETE', at(made), { headers: { 'x-lhci-admin-token': made.adminToken } })).status).toBe(204);
    expect((await house.get(at(made))).status).toBe(404);
    const left = await house.warehouse.ask({
      sql: "SELECT 1 FROM lhci_reports FINAL WHERE lhr != '' AND run_id IN (SELECT id FROM lhci_runs FINAL WHERE build_id = {id:String})",
      params: { id: build.id },
    });
    expect(left).toEqual([]);
  });
});

describe('a build', () => {
  it('is made once for a branch and commit', async () => {
    const make = (facts = {}) =>
      house.send('POST', at(project, '/builds'), {
        headers: { 'x-lhci-build-token': project.token },
        body: { ...sampleBuild, hash: hash('b'), ...facts },
      });
    const made = await make();
    expect([made.status, made.body]).toMatchObject([
      200,
      { ...sampleBuild, hash: hash('b'), projectId: project.id, committedAt: '2026-05-04T09:00:00.000Z' },
    ]);
    const again = await make();
    expect([again.status, again.body.message]).toEqual([422, `Build already exists for hash "${hash('b')}"`]);
    expect((await make({ branch: 'other' })).status).toBe(200);
  });

  it('is one where several clients make it at once', async () => {
    const racers = Array.from({ length: 5 }, () =>
      house.build(project, { hash: hash('c') }).then(
        ({ id }) => id,
        () => undefined,
      ),
    );
    const ids = new Set((await Promise.all(racers)).filter((id) => id !== undefined));
    expect(ids.size).toBe(1);
    expect((await house.get(at(project, `/builds?hash=${hash('c')}`))).body).toHaveLength(1);
  });

  it('is refused without its token, and where fields are wrong', async () => {
    const make = (facts: object, token = project.token) =>
      house.send('POST', at(project, '/builds'), { headers: { 'x-lhci-build-token': token }, body: { ...sampleBuild, ...facts } });
    for (const token of ['', 'x', project.adminToken]) expect((await make({}, token)).body).toEqual({ message: 'Invalid token' });
    for (const [facts, words] of [
      [{ lifecycle: 'sealed' }, 'Invalid lifecycle value'],
      [{ hash: 'a'.repeat(65) }, 'hash: '],
      [{ hash: undefined }, 'hash: '],
      [{ runAt: 'yesterday' }, 'runAt: '],
    ] as const) {
      const refused = await make(facts);
      expect([refused.status, refused.body.message]).toEqual([422, expect.stringContaining(words)]);
    }
  });

  it('is listed the newest first, ten of them or as many as are asked for', async () => {
    const made = await house.project('Listed');
    const ids: string[] = [];
    for (let index = 0; index < 12; index += 1)
      ids.unshift((await house.build(made, { hash: `${index}`.repeat(20), branch: index % 2 ? 'odd' : 'main' })).id);
    const listed = async (query: string) => (await house.get(at(made, `/builds${query}`))).body.map(({ id }: { id: string }) => id);
    expect(await listed('')).toEqual(ids.slice(0, 10));
    expect(await listed('?limit=12')).toEqual(ids);
    expect(await listed('?branch=odd&limit=50')).toEqual(ids.filter((_, index) => index % 2 === 0));
    expect(await listed(`?hash=${'3'.repeat(20)}&lifecycle=unsealed`)).toEqual([ids[8]]);
    expect(await listed('?lifecycle=sealed')).toEqual([]);
    expect((await house.get(at(made, '/branches'))).body).toEqual([{ branch: 'odd' }, { branch: 'main' }]);
  });

  it('is found by the beginning of its id', async () => {
    const { id } = await house.build(project, { hash: hash('d') });
    for (const reference of [id, id.slice(0, 18), id.replaceAll('-', '').slice(0, 12)])
      expect((await house.get(at(project, `/builds/${reference}`))).body?.id).toBe(id);
    for (const reference of [`${id}0`, 'zz', '%27', id.toUpperCase().replaceAll(/\d/g, 'F')])
      expect((await house.get(at(project, `/builds/${reference}`))).status).toBe(404);
  });

  it('is removed with its runs, and can be made again', async () => {
    const made = await house.project('Removed');
    const id = await house.sealed(made, {}, [{}]);
    const remove = (token: string) => house.send('DELETE', at(made, `/builds/${id}`), { headers: { 'x-lhci-admin-token': token } });
    expect((await remove(made.token)).status).toBe(403);
    expect((await remove(made.adminToken)).status).toBe(204);
    expect((await house.get(at(made, `/builds/${id}`))).status).toBe(404);
    expect((await remove(made.adminToken)).status).toBe(422);
    const again = await house.build(made);
    expect(again.id).toBe(id);
    expect((await house.get(at(made, `/builds/${id}/runs`))).body).toEqual([]);
  });
});

describe('a run', () => {
  const post = (buildId: string, body: unknown, headers = {}) =>
    house.send('POST', at(project, `/builds/${buildId}/runs`), { headers: { 'x-lhci-build-token': project.token, ...headers }, body });

  it('comes back with its result as it was sent', async () => {
    const { id } = await house.build(project, { hash: hash('1') });
    const lhr = JSON.stringify(sampleLhr({ url: 'https://shop.example/ü?a=\\"\n\t' }));
    const made = (await post(id, { representative: false, url: 'https://shop.example/ü', lhr })).body;
    expect(made).toMatchObject({ projectId: project.id, buildId: id, representative: false, url: 'https://shop.example/ü' });
    expect((await house.get(at(project, `/builds/${id}/runs`))).body).toEqual([{ ...made, lhr }]);
    expect((await house.get(at(project, `/builds/${id}/urls`))).body).toEqual([{ url: 'https://shop.example/ü' }]);
    expect((await house.get(at(project, `/builds/${id}/runs?url=other`))).body).toEqual([]);
  });

  it('is refused where it is none, with the reason', async () => {
    const { id } = await house.build(project, { hash: hash('2') });
    const lhr = JSON.stringify(sampleLhr());
    const deep = `{"audits":{},"categories":{},"deep":${'['.repeat(201)}${']'.repeat(201)}}`;
    for (const [body, words] of [
      [{ url: 'u', lhr: sampleLhr() }, 'Invalid LHR'],
      [{ url: 'u', lhr: '{' }, 'Invalid LHR: not JSON'],
      [{ url: 'u', lhr: '{"audits":1}' }, 'Invalid LHR: no audits'],
      [{ url: 'u', lhr: deep }, 'Invalid LHR: nested'],
      [{ url: 'u'.repeat(257), lhr }, 'URL too long'],
      [{ url: 'u', lhr, representative: true }, 'Invalid representative value'],
    ] as const) {
      const refused = await post(id, body);
      expect([refused.status, refused.body.message]).toEqual([422, expect.stringContaining(words)]);
    }
    expect((await post('00000000-0000-4000-8000-000000000000', { url: 'u', lhr })).body.message).toBe('Invalid build');
    expect((await post(id, { url: 'u', lhr }, { 'x-lhci-build-token': 'x' })).status).toBe(403);
  });

  it('may have megabytes, to a limit that is told', async () => {
    const { id } = await house.build(project, { hash: hash('3') });
    const sized = (bytes: number) => JSON.stringify({ ...sampleLhr(), fullPageScreenshot: 'x'.repeat(bytes) });
    expect((await post(id, { url: 'u', lhr: sized(11 * 2 ** 20) })).status).toBe(200);
    const refused = await post(id, { url: 'u', lhr: sized(16 * 2 ** 20) });
    expect([refused.status, refused.body.message]).toEqual([413, 'the body is larger than 16777216 bytes']);
  });
});

describe('sealing', () => {
  it('takes the bare word, and makes statistics', async () => {
    const { id } = await house.build(project, { hash: hash('4') });
    expect((await house.seal(project, id)).body.message).toContain('Invalid build');
    const path = at(project, `/builds/${id}/statistics`);
    for (const performance of [0.5, 0.9, 0.7, 0.6]) await house.run(project, id, { performance, fcp: performance * 1_000 });
    await house.run(project, id, { url: 'https://shop.example/cart' });
    expect((await house.get(path)).body).toEqual([]);
    expect((await house.seal(project, id)).status).toBe(204);
    const { body } = await house.get(path);
    expect(body).toHaveLength(2 * 64);
    expect(new Set(body.map(({ version }: { version: number }) => version))).toEqual(new Set([2]));
    const values = Object.fromEntries(
      body
        .filter(({ url }: { url: string }) => url === 'https://shop.example/')
        .map(({ name, value }: { name: string; value: number }) => [name, value]),
    );
    expect(values).toMatchObject({
      ...{
        meta_lighthouse_version: 120_601,
        category_performance_median: 0.7,
        category_performance_min: 0.5,
        category_performance_max: 0.9,
      },
      ...{ category_pwa_median: -1, 'audit_first-contentful-paint_median': 700, 'audit_speed-index_median': -1 },
      ...{ 'auditgroup_a11y-names-labels_pass': 1, 'auditgroup_a11y-names-labels_fail': 2, 'auditgroup_a11y-names-labels_na': 1 },
      ...{ 'auditgroup_seo-crawl_pass': 1, 'auditgroup_seo-crawl_fail': 0, 'auditgroup_seo-mobile_pass': -1 },
    });
  });

  it('names one run of each page, also the second time', async () => {
    const { id } = await house.build(project, { hash: hash('5') });
    for (const fcp of [100, 300, 200]) await house.run(project, id, { fcp });
    for (let times = 0; times < 2; times += 1) {
      expect((await house.seal(project, id)).status).toBe(204);
      const { body } = await house.get(at(project, `/builds/${id}/runs?representative=true`));
      expect(body.map(({ lhr }: { lhr: string }) => JSON.parse(lhr).audits['first-contentful-paint'].numericValue)).toEqual([200]);
    }
    expect((await house.get(at(project, `/builds/${id}`))).body.lifecycle).toBe('sealed');
    expect((await house.run(project, id, {})).body.message).toContain('Invalid build');
  });

  it('wants the word', async () => {
    const { id } = await house.build(project, { hash: hash('6') });
    const put = (body: string) =>
      house.send('PUT', at(project, `/builds/${id}/lifecycle`), { headers: { 'x-lhci-build-token': project.token }, body });
    expect((await put('"unsealed"')).body.message).toContain('Invalid lifecycle');
    expect((await put('sealed')).status).toBe(400);
  });
});
