import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LhciHouse, sampleBuild } from '../lhci-house.contract.ts';
import { sampleLhr } from '../sample-lhr.contract.ts';

let house: LhciHouse;
beforeAll(async () => {
  house = await LhciHouse.open();
});
afterAll(() => house.close());

const operateToken = 'operates-this-house-today';
const basicAuth = { username: 'lhci', password: 'correct horse' };
const basic = (words: string) => ({ authorization: `Basic ${Buffer.from(words).toString('base64')}` });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('making a project', () => {
  const make = (where: LhciHouse, headers = {}, query = '') =>
    where.send('POST', `/v1/projects${query}`, { headers, body: { name: 'Made here', externalUrl: '', baseBranch: 'main' } });

  it('is for this machine where there is no token, and not for a page of another site in its browser', async () => {
    expect((await make(house)).status).toBe(200);
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const refused = await make(house, headers);
      expect([refused.status, refused.body.message]).toEqual([403, 'a web page of another site may not ask here']);
    }
  });

  it('is for who has the token of the house, where there is one', async () => {
    const guarded = await LhciHouse.open({ operateToken }, house);
    for (const headers of [{}, bearer('another'), basic(`lhci:${operateToken}`)]) expect((await make(guarded, headers)).status).toBe(403);
    expect((await make(guarded, bearer(operateToken))).status).toBe(200);
    await guarded.close();
  });
});

describe('the password', () => {
  it('is asked for everywhere but where the server says that it is well', async () => {
    const locked = await LhciHouse.open({ basicAuth, operateToken }, house);
    const { slug } = await house.project('Behind a password');
    const asked = ['/version', '/v1/projects', '/v1/viewer/origin', '/projects', `/v1/projects/slug:${slug}/builds`, `/projects/${slug}`];
    for (const path of asked) {
      for (const headers of [{}, basic('lhci:wrong'), basic('lhc:icorrect horse'), basic('correct horse'), bearer('wrong')]) {
        const refused = await locked.get(path, { headers });
        expect([path, refused.status, refused.headers.get('www-authenticate')]).toEqual([
          path,
          401,
          expect.stringContaining('Basic realm='),
        ]);
      }
      for (const headers of [basic('lhci:correct horse'), bearer(operateToken)])
        expect((await locked.get(path, { headers })).status).toBe(200);
    }
    expect((await locked.get('/healthz')).text).toBe('healthy');
    await locked.close();
  });
});

describe('projects of the house', () => {
  const tenantOf = async (id: string) =>
    (await house.warehouse.ask<{ tenant: string }>({ sql: 'SELECT tenant FROM lhci_projects WHERE id = {id:String}', params: { id } }))[0]
      ?.tenant;

  it('own a project of Lighthouse CI by its name, or by being asked for, or as the usual one', async () => {
    expect(await tenantOf((await house.project('Other')).id)).toBe('other');
    expect(await tenantOf((await house.project('Anything', '?project=other')).id)).toBe('other');
    expect(await tenantOf((await house.project('Anything')).id)).toBe('default');
    const refused = await house.send('POST', '/v1/projects?project=nobody', {
      body: { name: 'Nobody', externalUrl: '', baseBranch: 'main' },
    });
    expect([refused.status, refused.body.message]).toEqual([422, expect.stringContaining('there are default, other')]);
  });

  it('have to be named where there are several', async () => {
    const several = await LhciHouse.open({ projects: ['shop', 'studio'], defaultProject: null }, house);
    const refused = await several.send('POST', '/v1/projects', { body: { name: 'Neither', externalUrl: '', baseBranch: 'main' } });
    expect([refused.status, refused.body.message]).toEqual([422, expect.stringContaining('shop, studio')]);
    expect(await tenantOf((await several.project('Studio')).id)).toBe('studio');
    await several.close();
  });
});

describe('two projects with the same branches and commits', () => {
  it('see nothing of each other, whatever address names whose things', async () => {
    const [mine, other] = [await house.project('Mine alone', '?project=default'), await house.project('Not mine', '?project=other')];
    const [myBuild, otherBuild] = [
      await house.sealed(mine, {}, [{ performance: 0.11 }]),
      await house.sealed(other, {}, [{ performance: 0.99 }]),
    ];
    const { body: otherRuns } = await house.get(`/v1/projects/${other.id}/builds/${otherBuild}/runs`);
    for (const path of ['', '/runs', '/urls', '/statistics', '/ancestor'])
      expect((await house.get(`/v1/projects/${mine.id}/builds/${otherBuild}${path}`)).status).toBe(404);
    for (const path of [otherBuild, `${otherBuild}/reports/${otherRuns[0].id}`, `${myBuild}/reports/${otherRuns[0].id}`])
      expect((await house.get(`/projects/${mine.slug}/builds/${path}`)).status).toBe(404);
    const values = (await house.get(`/v1/projects/${mine.id}/builds/${myBuild}/statistics`)).body.map(
      ({ value }: { value: number }) => value,
    );
    expect([values.includes(0.11), values.includes(0.99)]).toEqual([true, false]);
  });

  it('change nothing of each other: a token opens its own project alone', async () => {
    const [mine, other] = [await house.project('My tokens'), await house.project('Other tokens', '?project=other')];
    const build = await house.build(other);
    const lhr = JSON.stringify(sampleLhr());
    const attempts = [
      ['POST', `/v1/projects/${other.id}/builds`, { ...sampleBuild, hash: 'f'.repeat(40) }, 403],
      ['POST', `/v1/projects/${other.id}/builds/${build.id}/runs`, { url: 'u', lhr }, 403],
      ['PUT', `/v1/projects/${other.id}/builds/${build.id}/lifecycle`, 'sealed', 403],
      ['DELETE', `/v1/projects/${other.id}/builds/${build.id}`, undefined, 403],
      ['DELETE', `/v1/projects/${other.id}`, undefined, 403],
      ['POST', `/v1/projects/${mine.id}/builds/${build.id}/runs`, { url: 'u', lhr }, 422],
      ['PUT', `/v1/projects/${mine.id}/builds/${build.id}/lifecycle`, 'sealed', 422],
      ['DELETE', `/v1/projects/${mine.id}/builds/${build.id}`, undefined, 422],
    ] as const;
    const headers = { 'x-lhci-build-token': mine.token, 'x-lhci-admin-token': mine.adminToken };
    for (const [method, path, given, status] of attempts) {
      const body = given === undefined ? {} : { body: JSON.stringify(given) };
      expect([method, path, (await house.send(method, path, { headers, ...body })).status]).toEqual([method, path, status]);
    }
    expect((await house.get(`/v1/projects/${other.id}/builds`)).body).toMatchObject([{ id: build.id, lifecycle: 'unsealed' }]);
  });
});
