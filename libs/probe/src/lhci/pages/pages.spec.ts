import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KnownProject, LhciHouse } from '../lhci-house.contract.ts';
import { anchorOf } from './build-page.ts';

let house: LhciHouse;
let project: KnownProject;
beforeAll(async () => {
  house = await LhciHouse.open();
  project = await house.project('Pages');
});
afterAll(() => house.close());

const hash = (letter: string) => letter.repeat(40);

/** Follows one link as a browser does. */
async function ledTo(path: string): Promise<string> {
  const { origin } = new URL(house.address);
  const answer = await fetch(`${origin}${path}`, { redirect: 'manual' });
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get('location') ?? 'nowhere:', `${origin}${path}`).href.replace(origin, '');
}

describe('the page of a build', () => {
  it('shows each page of the web beside the build of the base branch', async () => {
    await house.sealed(project, { hash: hash('1'), commitMessage: 'before', runAt: '2026-05-01T00:00:00Z' }, [
      { performance: 0.95, lcp: 1_800 },
    ]);
    const facts = { hash: hash('2'), branch: 'feature', commitMessage: 'after', runAt: '2026-05-02T00:00:00Z' };
    const id = await house.sealed(project, facts, [
      { performance: 0.4, lcp: 4_000 },
      { performance: 0.6, lcp: 4_000 },
    ]);
    const { status, headers, text } = await house.get(`/projects/${project.slug}/builds/${id}`);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, 'text/html; charset=utf-8', 'no-store']);
    expect(text).toMatch(/<h1>after<\/h1>.*Compared with <a href="[^"]+">before<\/a>/s);
    expect(text).toMatch(/Performance.*−35.*40 to 60/s);
    expect(text).toMatch(
      /Largest contentful paint<\/td><td class="number">1.8 s<\/td><td class="number">4.0 s<\/td>\s*<td class="number worse">\+2.2 s/,
    );
    expect(text).toMatch(/First contentful paint.*no change/s);
    expect(text.match(/\/reports\//g)).toHaveLength(2);
  });

  it('takes nothing of what was uploaded for its own', async () => {
    const hostile = `"><script>alert(1)</script><img src=x onerror='alert(1)'>`;
    const facts = { hash: hash('3'), branch: hostile, commitMessage: hostile, author: hostile, externalBuildUrl: 'javascript:alert(1)' };
    const id = await house.sealed(project, facts, [{ url: `javascript:alert(1)//${hostile}` }]);
    const { text, headers } = await house.get(`/projects/${project.slug}/builds/${id}`);
    expect(text).not.toMatch(/<script|<img|href="javascript/);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'/,
    );
    expect((await house.get(`/projects/${project.slug}`)).text).not.toMatch(/<script|<img/);
  });

  it('says so where the build is not sealed', async () => {
    const { id } = await house.build(project, { hash: hash('4') });
    expect((await house.get(`/projects/${project.slug}/builds/${id}`)).text).toContain('not sealed');
  });
});

describe('the other pages', () => {
  it('list projects and builds', async () => {
    expect((await house.get('/projects')).text).toContain(`<a href="projects/${project.slug}">Pages</a>`);
    const id = await house.sealed(project, { hash: hash('5'), commitMessage: 'listed' }, [
      { performance: 0.91 },
      { url: 'https://shop.example/b', performance: 0.81 },
    ]);
    expect((await house.get(`/projects/${project.slug}`)).text).toMatch(
      new RegExp(`<a href="pages/builds/${id}">listed</a>.*<b>86</b>`, 's'),
    );
  });

  it('are none of what is not there', async () => {
    for (const path of ['/projects/nothing', `/projects/${project.slug}/builds/ffffff`, `/projects/${project.slug}/builds/x'`])
      expect((await house.get(path)).status).toBe(404);
  });
});

describe('a report', () => {
  it('is made of the stored result, and can do nothing to the house', async () => {
    const id = await house.sealed(project, { hash: hash('6') }, [{}]);
    const { body } = await house.get(`/v1/projects/${project.id}/builds/${id}/runs`);
    const { status, text, headers } = await house.get(`/projects/${project.slug}/builds/${id}/reports/${body[0].id}`);
    expect([status, text]).toEqual([200, expect.stringContaining('__LIGHTHOUSE_JSON__')]);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^sandbox allow-scripts allow-popups; default-src 'none'/);
    expect(policy).not.toContain('allow-same-origin');
    expect([headers.get('x-content-type-options'), headers.get('referrer-policy')]).toEqual(['nosniff', 'no-referrer']);
  });

  it('of another build or of nothing is none', async () => {
    const one = await house.sealed(project, { hash: hash('7') }, [{}]);
    const other = await house.sealed(project, { hash: hash('8') }, [{}]);
    const { body } = await house.get(`/v1/projects/${project.id}/builds/${one}/runs`);
    for (const run of [body[0].id, '..', '00000000-0000-4000-8000-000000000000'])
      expect((await house.get(`/projects/${project.slug}/builds/${other}/reports/${run}`)).status).toBe(404);
  });
});

describe("addresses of Lighthouse CI's own pages", () => {
  it('lead to ours', async () => {
    expect(await ledTo('/lhci')).toBe('/lhci/projects');
    expect(await ledTo('/lhci/app')).toBe('/lhci/projects');
    expect(await ledTo('/lhci/app/projects')).toBe('/lhci/projects');
    for (const path of ['/lhci/app/projects/pages', '/lhci/app/projects/pages/dashboard'])
      expect(await ledTo(path)).toBe('/lhci/projects/pages');
    expect(await ledTo('/lhci/app/projects/pages/compare/abc')).toBe('/lhci/projects/pages/builds/abc');
    const url = 'https://shop.example/?a=b';
    const printed = `/app/projects/pages/compare/abc?compareUrl=${encodeURIComponent(url)}`;
    expect(await ledTo(printed)).toBe(`/lhci/projects/pages/builds/abc#${anchorOf(url)}`);
  });

  it('lead nowhere else', async () => {
    expect(await ledTo('/app/projects/..%2F..%2Fevil/compare/%2F%2Fevil.example')).toBe(
      '/lhci/projects/..%2F..%2Fevil/builds/%2F%2Fevil.example',
    );
  });
});
