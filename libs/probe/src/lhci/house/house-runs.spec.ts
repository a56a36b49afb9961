import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KnownProject, LhciHouse } from '../lhci-house.contract.ts';

let house: LhciHouse;
let project: KnownProject;
beforeAll(async () => {
  house = await LhciHouse.open();
  project = await house.project('Other');
});
afterAll(() => house.close());

const shown = (job: string) =>
  house.warehouse.ask<Record<string, unknown>>({ sql: 'SELECT * FROM synthetic WHERE job = {job:String} ORDER BY run', params: { job } });

const upload = (buildId: string, lhr: string) =>
  house.send('POST', `/v1/projects/${project.id}/builds/${buildId}/runs`, {
    headers: { 'x-lhci-build-token': project.token },
    body: { url: 'https://shop.example/', lhr },
  });

describe('what was uploaded, among the visits of pages', () => {
  it('is there when the build is sealed, under the project of the house', async () => {
    const { id } = await house.build(project, { hash: '1'.repeat(40), branch: 'feature' });
    for (const lcp of [1_000, 3_000, 2_000]) await house.run(project, id, { lcp, fcp: lcp });
    expect(await shown(id)).toEqual([]);
    await house.seal(project, id);
    const rows = await shown(id);
    expect(rows.map(({ lcp }) => lcp)).toEqual([2_000, 3_000, 1_000]);
    expect(rows.map(({ representative }) => representative)).toEqual([true, false, false]);
    expect(rows[0]).toMatchObject({
      ...{ project: 'other', monitor: '', url: 'https://shop.example/', commit: '1'.repeat(40), branch: 'feature', location: 'lhci' },
      ...{ lighthouse: '12.6.1', chrome: 156, form_factor: 'mobile', scores: { performance: 0.9, accessibility: 0.8, seo: 1 } },
      ...{ at: '2026-05-04 10:00:00.000', kept: true, error: '' },
    });
  });

  it('is there once, however often the build is sealed', async () => {
    const id = await house.sealed(project, { hash: '2'.repeat(40) }, [{}, {}]);
    await house.seal(project, id);
    expect(await shown(id)).toHaveLength(2);
  });

  it('is a real result of Lighthouse as well', async () => {
    const { id } = await house.build(project, { hash: '3'.repeat(40) });
    for (const version of ['12', '13'])
      await upload(
        id,
        await readFile(join(import.meta.dirname, `../../../../../test/seed/lighthouse-results/${version}-navigation.json`), 'utf8'),
      );
    expect((await house.seal(project, id)).status).toBe(204);
    const rows = await shown(id);
    expect(rows.map(({ lighthouse }) => String(lighthouse).split('.')[0])).toEqual(['13', '12']);
    for (const { lcp, total_bytes } of rows) expect([Number(lcp) > 0, Number(total_bytes) > 0]).toEqual([true, true]);
  });

  it('does not keep a build from being sealed where its shape is another one', async () => {
    const { id } = await house.build(project, { hash: '4'.repeat(40) });
    for (const lhr of [
      { audits: {}, categories: {} },
      {
        audits: { 'network-requests': { details: { items: [null] } } },
        categories: { seo: { score: 'high' } },
        timing: 7,
        environment: null,
      },
    ])
      expect((await upload(id, JSON.stringify(lhr))).status).toBe(200);
    expect((await house.seal(project, id)).status).toBe(204);
  });
});
