import { expect, it } from '@jest/globals';
import { readUploadSection } from './upload-section.ts';

const house = { target: 'lhci', serverBaseUrl: 'https://beacons.example/lhci/', token: 'of-the-file' };
const read = (section: unknown, variables: Record<string, string> = {}) => readUploadSection(section, variables);

it('says where results are kept, and the variables of Lighthouse CI count more', () => {
  const headers = {};
  expect(read(house).server).toEqual({ url: 'https://beacons.example/lhci', token: 'of-the-file', headers });
  const variables = { LHCI_SERVER_BASE_URL: 'http://127.0.0.1:8080/lhci', LHCI_TOKEN: 'of-the-variable' };
  for (const section of [house, { target: 'lhci' }, undefined])
    expect(read(section, variables).server).toEqual({ url: 'http://127.0.0.1:8080/lhci', token: 'of-the-variable', headers });
});

it('has no token where its variable is not set or empty, as in a fork', () => {
  const unset = { ...house, token: `\${LHCI_TOKEN}` };
  for (const variables of [{}, { LHCI_TOKEN: '' }])
    expect(read(unset, variables as Record<string, string>).server).toEqual({ url: 'https://beacons.example/lhci', headers: {} });
});

it('has the password and the headers of the file', () => {
  const { server } = read({ ...house, basicAuth: { password: 'open' }, extraHeaders: { 'x-proxy': '1' } });
  expect(server?.headers).toEqual({ authorization: `Basic ${Buffer.from('lhci:open').toString('base64')}`, 'x-proxy': '1' });
});

it.each<[string, unknown]>([
  ['another target', { ...house, target: 'filesystem' }],
  ['no address', { target: 'lhci' }],
  ['an address that is not set', { target: 'lhci', serverBaseUrl: `\${HOUSE}` }],
  ['nothing at all', undefined],
])('knows no server with %s', (_, section) => {
  expect(read(section)).toEqual({ problems: [] });
});

it('refuses what is no address', () => {
  expect(read({ target: 'lhci', serverBaseUrl: 'beacons.example' }).problems).toMatchObject([{ level: 'error', field: ['serverBaseUrl'] }]);
});
