import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConfigFile } from '#contracts';
import { SystemClock } from '../clock/system-clock.ts';
import { watchConfigFile } from './config-watch.ts';
import { ConfigurationError } from './environment.ts';

describe('watchConfigFile', () => {
  let dir: string;
  let path: string;
  let stop: () => Promise<void>;
  let changes: ConfigFile[];
  let refusals: unknown[];
  const clock = new SystemClock();

  async function write(text: string, at: number): Promise<void> {
    await writeFile(`${path}.new`, text);
    await utimes(`${path}.new`, at, at);
    await rename(`${path}.new`, path);
  }
  const until = async (done: () => boolean) => {
    while (!done()) await clock.sleep(5);
  };

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'config-'));
    path = join(dir, 'beaconhouse.yml');
    [changes, refusals] = [[], []];
    await write('projects: [{ id: before, open: true }]', 1_000);
    const onChange = (config: ConfigFile) => void changes.push(config);
    stop = watchConfigFile({ path, clock, onChange, onRefused: (error) => void refusals.push(error), everyMs: 10 });
    await clock.sleep(30);
  });
  afterEach(async () => {
    await stop();
    await rm(dir, { recursive: true });
  });

  it('tells the configuration of a changed file, once', async () => {
    await write('projects: [{ id: after, open: true }]', 2_000);
    await until(() => changes.length > 0);
    await clock.sleep(40);
    expect(changes.map(({ projects }) => projects[0]!.id)).toEqual(['after']);
  });

  it('refuses a file that cannot be used and takes the next one', async () => {
    await write('projects: [{ id: "NOT A NAME" }]', 2_000);
    await until(() => refusals.length > 0);
    expect(refusals[0]).toBeInstanceOf(ConfigurationError);
    await write('projects: [{ id: mended }]', 3_000);
    await until(() => changes.length > 0);
    expect(changes.map(({ projects }) => projects[0]!.id)).toEqual(['mended']);
  });

  it('says nothing while the file stays as it is', async () => {
    await clock.sleep(50);
    expect([changes, refusals]).toEqual([[], []]);
  });
});
