import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '#platform';
import { checkDataFolder, checkPorts } from './machine-checks.ts';
import { checkChromium, checkNode, checkThreads } from './process-checks.ts';

const environment = (variables: Record<string, string> = {}) =>
  readEnvironment({ BEACONHOUSE_PORT: '0', BEACONHOUSE_SQL_PORT: '0', UV_THREADPOOL_SIZE: '16', ...variables });
const server = { http: 'http://127.0.0.1:1', sql: 'http://127.0.0.1:2', secret: '' };

describe('what doctor looks at', () => {
  it.each([
    ['20.19.4', 'problem'],
    ['24.0.0', 'ok'],
    ['26.1.0', 'ok'],
  ])('Node %s: %s', (version, status) => {
    expect(checkNode(version).status).toBe(status);
  });

  it.each([
    ['4', 'warning'],
    ['15', 'warning'],
    ['16', 'ok'],
  ])('%s threads: %s', (UV_THREADPOOL_SIZE, status) => {
    expect(checkThreads(environment({ UV_THREADPOOL_SIZE })).status).toBe(status);
  });

  it('a port that another program holds, naming the variable that changes it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const findings = await checkPorts(environment({ BEACONHOUSE_SQL_PORT: String(port) }), undefined);
    other.close();
    expect(findings.map(({ status }) => status)).toEqual(['ok', 'problem']);
    expect(findings[1]?.fix).toContain('BEACONHOUSE_SQL_PORT');
  });

  it('ports that the server itself holds are as they should be', async () => {
    expect(await checkPorts(environment(), server)).toMatchObject([{ status: 'ok' }]);
  });

  it('a data folder below one that cannot be written', async () => {
    const finding = await checkDataFolder(environment({ BEACONHOUSE_DATA_DIR: '/proc/beaconhouse/data' }), undefined);
    expect(finding).toMatchObject({ status: 'problem', fix: expect.stringContaining('--data') });
  });

  it('a data folder that is a file', async () => {
    const finding = await checkDataFolder(environment({ BEACONHOUSE_DATA_DIR: import.meta.filename }), undefined);
    expect(finding.status).toBe('problem');
  });

  it('a browser that is not there is no problem, but named', () => {
    expect(checkChromium(['/nowhere/chromium'])).toMatchObject({ status: 'warning' });
    expect(checkChromium(['/nowhere/chromium', process.execPath])).toMatchObject({ status: 'ok', detail: process.execPath });
  });
});
