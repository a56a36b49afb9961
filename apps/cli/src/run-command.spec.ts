import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openChdbEngine, SystemClock } from '#platform';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beaconhouse-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

async function run(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runCommand(args, { stdout, stderr }, new AbortController().signal);
  const said = (stream: PassThrough) => (stream.read() as Buffer | null)?.toString() ?? '';
  return { code, stdout: said(stdout), stderr: said(stderr) };
}

const config = async (text: string) => {
  const path = join(folder, 'beaconhouse.yml');
  await writeFile(path, text);
  return path;
};

describe('the command line', () => {
  it('without a command shows what there is, and is a mistake', async () => {
    const { code, stdout } = await run();
    expect([code, stdout]).toEqual([
      2,
      expect.stringMatching(/start[\s\S]*migrate[\s\S]*seed[\s\S]*replay[\s\S]*doctor[\s\S]*Exit codes: 0 done/),
    ]);
  });

  it.each(['start', 'migrate', 'seed', 'replay', 'doctor'])(
    '%s --help tells its options, those of every command and the exit codes',
    async (name) => {
      for (const help of ['--help', '-h']) {
        const { code, stdout } = await run(name, help);
        expect([code, stdout]).toEqual([
          0,
          expect.stringMatching(new RegExp(`^Usage: beaconhouse ${name} [\\s\\S]*--data DIR[\\s\\S]*Exit codes`)),
        ]);
      }
    },
  );

  it.each([
    [['sed'], /no command "sed"; there are start, migrate, seed, replay, doctor/],
    [['seed', '--dayz', '3'], /seed: Unknown option '--dayz'/],
    [['seed', 'now'], /seed takes no "now"/],
    [['seed', '--days', '0'], /--days must be a whole number from 1 to 30, not "0"/],
    [['seed', '--days', '31'], /--days must be a whole number from 1 to 30/],
    [['seed', '--days', '1e1'], /--days must be a whole number/],
    [['seed', '--rows', '3'], /--rows must be a whole number from 14 to/],
    [['seed', '--seed', '65536'], /--seed must be a whole number from 0 to 65535/],
    [['seed', '--until', 'yesterday'], /--until must be an ISO 8601 time with a zone in the last 14 days, not "yesterday"/],
    [['seed', '--until', '2999-01-01T00:00:00Z'], /--until must be/],
    [['seed', '--project', "x'; DROP"], /--project must be one of default, not/],
    [['start', 'gate'], /start knows standalone, gateway, loader, worker, alerter, api, not gate/],
    [['replay', '--reason', 'bad'], /--reason must be one of row_refused, message_invalid, not "bad"/],
  ])('%j is a mistake that it explains', async (args, message) => {
    const { code, stdout, stderr } = await run(...args, '--data', folder);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('stops at a configuration that is wrong', async () => {
    const { code, stderr } = await run('seed', '--data', folder, '--config', await config('projects: 3'));
    expect([code, stderr]).toEqual([2, expect.stringContaining('projects')]);
  });
});

describe('replay', () => {
  it('says that there is nothing to replay, and changes nothing', async () => {
    await run('migrate', '--data', folder);
    const { code, stdout } = await run('replay', '--dry-run', '--json', '--data', folder);
    expect([code, JSON.parse(stdout)]).toEqual([0, { found: 0, taken: { messages: 0, events: 0 }, refused: {}, dryRun: true }]);
  });
});

describe('seed', () => {
  it('never reaches back further than raw events are kept', async () => {
    const short = await config('retention: { rawDays: 5 }');
    const { code, stderr } = await run('seed', '--days', '6', '--data', folder, '--config', short);
    expect([code, stderr]).toEqual([2, expect.stringContaining('from 1 to 5')]);
  });

  it('ends at the time that it is given, and tells what it planted', async () => {
    const until = new Date(Date.now() - 3_600_000).toISOString();
    const { code, stdout } = await run('seed', '--days', '2', '--rows', '2000', '--until', until, '--data', folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^[\d,]+ events in 2 days for project default, [\d,]+ rows\/s\.\nPlanted regressions:\n {2}LCP of route class-search/,
    );
  });
});

describe('migrate', () => {
  it('brings tables up to date once, and says so as JSON too', async () => {
    expect(JSON.parse((await run('migrate', '--data', folder, '--json')).stdout).applied).toContain('0001_rum.sql');
    expect(await run('migrate', '--data', folder)).toEqual({ code: 0, stdout: 'The tables are up to date.\n', stderr: '' });
  });

  it('does not work beside another process', async () => {
    const engine = await openChdbEngine({ dataDir: folder, clock: new SystemClock() });
    const { code, stderr } = await run('migrate', '--data', folder);
    await engine.close();
    expect([code, stderr]).toEqual([4, expect.stringContaining(folder)]);
  });
});

describe('doctor', () => {
  const doctor = async (...args: string[]) => {
    const { code, stdout } = await run('doctor', '--data', join(folder, 'data'), '--json', ...args);
    const { healthy, findings } = JSON.parse(stdout) as { healthy: boolean; findings: { name: string; status: string; fix?: string }[] };
    return { code, healthy, find: (name: string) => findings.find((finding) => finding.name === name) };
  };

  it('opens an engine and looks at the data folder, without making it', async () => {
    const { find } = await doctor();
    expect(find('engine')).toMatchObject({ status: 'ok', detail: expect.stringContaining('ClickHouse') });
    expect(find('data folder')).toMatchObject({ detail: expect.stringContaining('will be made') });
  });

  it('calls a wrong configuration a problem, and says where to look', async () => {
    const { code, healthy, find } = await doctor('--config', await config('projects: 3'));
    expect([code, healthy]).toEqual([3, false]);
    expect(find('configuration')).toMatchObject({ status: 'problem', fix: expect.stringContaining('docs/configuration.md') });
  });

  it('is a text of one line a finding, with what to do below', async () => {
    const { stdout } = await run('doctor', '--data', folder, '--config', await config('projects: 3'));
    expect(stdout).toMatch(/^PROBLEM {2}configuration: [\s\S]*\n {9}fix: correct /m);
    expect(stdout).toMatch(/^ok {7}node: /m);
  });
});
