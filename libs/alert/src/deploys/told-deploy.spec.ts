import { expect, it } from '@jest/globals';
import { toldDeploy } from './told-deploy.ts';

const at = Date.UTC(2026, 4, 6, 9, 40, 0, 500);
const row = { tenant: 'shop', app: 'chat', env: 'production', release: '2026.5.1', commit_id: 'abc', url: 'https://ci.example.com/7' };
const deploy = { project: 'shop', app: 'chat', environment: 'production', release: '2026.5.1', at, url: 'https://ci.example.com/7' };

it.each([at, at / 1_000, String(at), '2026-05-06 09:40:00.500', '2026-05-06T09:40:00.500Z', '2026-05-06T11:40:00.500+02:00'])(
  'a row of deploy_events whose time is %j is a deploy',
  (given) => {
    expect(toldDeploy(JSON.stringify({ ...row, at: given }))).toEqual({ deploy, said: true });
  },
);

it('a row that says little is one, too', () => {
  expect(toldDeploy(JSON.stringify({ tenant: 'shop', release: '7', at }))).toEqual({
    ...{ deploy: { project: 'shop', app: '', environment: '', release: '7', at }, said: true },
  });
});

it('a row of what was seen says that nobody told it', () => {
  expect(toldDeploy(JSON.stringify({ ...row, at, kind: 'first_seen' }))).toEqual({ deploy, said: false });
});

it.each(['', 'not json', '{}', '[]', 'null', JSON.stringify({ ...row, at: 'yesterday' }), JSON.stringify({ ...row, at, release: '' })])(
  '%s is none',
  (line) => {
    expect(toldDeploy(line)).toBeUndefined();
  },
);
