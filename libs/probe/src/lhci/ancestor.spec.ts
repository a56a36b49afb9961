import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KnownProject, LhciHouse } from './lhci-house.contract.ts';

let house: LhciHouse;
beforeAll(async () => {
  house = await LhciHouse.open();
});
afterAll(() => house.close());

const day = (number: number) => `2026-05-0${number}T00:00:00.000Z`;
let letters = 0;
const nextHash = () => String.fromCharCode(97 + (letters++ % 26)).repeat(40);

/** Of the project, run on a day of May. */
const built = async (project: KnownProject, branch: string, runAt: number, ancestorHash = '', hash = nextHash()) =>
  (await house.build(project, { branch, hash, ancestorHash, runAt: day(runAt) })).id;

async function ancestor(project: KnownProject, id: string): Promise<string | undefined> {
  const { status, body } = await house.get(`/v1/projects/${project.id}/builds/${id}/ancestor`);
  return status === 404 ? undefined : body.id;
}

describe('the build that another one is compared with', () => {
  it('is the one of the base branch with the commit that the client named', async () => {
    const project = await house.project('Named');
    const named = await built(project, 'main', 1, '', '1'.repeat(40));
    await built(project, 'main', 5);
    await built(project, 'feature', 5, '', '2'.repeat(40));
    expect(await ancestor(project, await built(project, 'feature', 5, '1'.repeat(40)))).toBe(named);
  });

  it('is the nearest of the base branch, before or after, where that commit was not measured', async () => {
    const project = await house.project('Nearest');
    const [before, after] = [await built(project, 'main', 1), await built(project, 'main', 6)];
    expect(await ancestor(project, await built(project, 'feature', 3, '3'.repeat(40)))).toBe(before);
    expect(await ancestor(project, await built(project, 'feature', 4))).toBe(after);
    expect(await ancestor(project, await built(project, 'feature', 9))).toBe(after);
  });

  it('of a build of the base branch is the one before', async () => {
    const project = await house.project('Before');
    const [first, second, third] = [await built(project, 'main', 1), await built(project, 'main', 5), await built(project, 'main', 6)];
    expect(await ancestor(project, third)).toBe(second);
    expect(await ancestor(project, second)).toBe(first);
    expect(await ancestor(project, first)).toBeUndefined();
  });

  it('is none where the base branch has no build', async () => {
    const project = await house.project('None');
    await built(project, 'other', 1);
    expect(await ancestor(project, await built(project, 'feature', 2))).toBeUndefined();
  });
});
