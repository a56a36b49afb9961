import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfigFile } from './config-file.ts';
import { readEnvironment } from './environment.ts';

describe('readConfigFile', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'config-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function read(text: string) {
    const path = join(dir, 'beaconhouse.yml');
    await writeFile(path, text);
    return readConfigFile(path);
  }

  it('is one open project where there is no file', async () => {
    const { projects, limits } = await readConfigFile(join(dir, 'absent.yml'));
    expect(projects).toMatchObject([{ id: 'default', open: true, honourPrivacySignals: true }]);
    expect(limits.valuesPerDimension).toBe(1_000);
  });

  it('takes the sample file that comes with the product', async () => {
    const sample = await readConfigFile(join(import.meta.dirname, '../../../../beaconhouse.yml'));
    expect(sample).toEqual(await readConfigFile(join(dir, 'absent.yml')));
  });

  it.each([
    ['text that is no YAML', 'projects: [', /is not YAML/],
    ['a word it does not know', 'project: []', /Unrecognized key/],
    ['every wrong field at once', 'projects: [{ id: "A B" }]\nlimits: { connections: -1 }', /projects\.0\.id[\s\S]*limits\.connections/],
    ['a key without a secret', 'projects: [{ id: a, keys: [{ id: web }] }]', /projects\.a\.keys\.web: needs key or keySha256/],
    ['a server key in clear text', 'projects: [{ id: a, keys: [{ id: s, kind: server, key: secret-key-1 }] }]', /keySha256 only/],
    ['one secret for two keys', 'projects: [{ id: a, keys: [{ id: x, key: same-key-1 }, { id: y, key: same-key-1 }] }]', /used twice/],
    ['two open projects', 'projects: [{ id: a, open: true }, { id: b, open: true }]', /only one can be open/],
  ])('refuses %s', async (_name, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

describe('readEnvironment', () => {
  it('has a default for everything', () => {
    expect(readEnvironment({})).toMatchObject({ mode: 'embedded', dataDir: './data', host: '127.0.0.1', ports: { http: 8080, sql: 8123 } });
  });

  it('takes an empty variable for an absent one', () => {
    expect(readEnvironment({ BEACONHOUSE_PORT: '' }).ports.http).toBe(8080);
  });

  it('names every variable that is wrong', () => {
    const wrong = { BEACONHOUSE_MODE: 'both', BEACONHOUSE_PORT: '70000' };
    expect(() => readEnvironment(wrong)).toThrow(/BEACONHOUSE_MODE[\s\S]*BEACONHOUSE_PORT/);
  });
});
