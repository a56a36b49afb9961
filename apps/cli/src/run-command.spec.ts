import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
      expect.stringMatching(
        /start[\s\S]*migrate[\s\S]*seed[\s\S]*check[\s\S]*gate[\s\S]*detect[\s\S]*alerts[\s\S]*replay[\s\S]*doctor[\s\S]*Exit codes: 0 done/,
      ),
    ]);
  });

  it.each(['start', 'migrate', 'seed', 'check', 'gate', 'detect', 'alerts', 'replay', 'doctor'])(
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
    [['sed'], /no command "sed"; there are start, migrate, seed, check, gate, detect, alerts, replay, import, doctor/],
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
    [['check', '--since', '8d'], /--since must be a number of m, h or d up to 7d, such as 90m, not "8d"/],
    [['check', '--since', '0h'], /--since must be/],
    [['check', '--since', '1h', '--metrics', 'x.json'], /--since and --metrics cannot both be given/],
    [['check', '--metrics', 'nowhere.json'], /--metrics cannot be read: ENOENT/],
    [['check', '--project', 'nobody'], /--project must be one of default, not "nobody"/],
    [['detect'], /--input is needed: a file of series, or - for standard input/],
    [['detect', '--input', 'nowhere.jsonl'], /ENOENT.*nowhere\.jsonl/],
    [['detect', '--input', 'x', '--method', 'magic'], /--method must be one of shift, simple, not "magic"/],
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

describe('gate', () => {
  it.each([
    [['gate', '--inconclusive', 'maybe'], /--inconclusive must be pass or fail, not "maybe"/],
    [['gate', '--base-url', 'here'], /--base-url must be an http or https address, not "here"/],
    [['gate', '--baseline', 'main'], /--baseline needs a server that keeps results: ci\.upload of /],
    [['gate', '--store'], /--store needs a server/],
    [['gate', '--out', 'pdf'], /--out must be text, md, json, junit, each with =FILE or not, not "pdf"/],
    [['gate', '--bass-url', 'x'], /gate: Unknown option '--bass-url'/],
    [['gate', '--config', 'nowhere.yml'], /nowhere.yml cannot be read: ENOENT/],
  ])('%j is a wrong command line or configuration, which has a code of its own here', async (args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout, stderr]).toEqual([4, '', expect.stringMatching(message)]);
  });

  it('tells its own exit codes and its own configuration', async () => {
    const { stdout } = await run('gate', '--help');
    expect(stdout).toContain('Exit codes: 0 passed, 1 a budget failed, 2 regressed, 3 could not measure, 4 wrong');
    expect(stdout.match(/--config FILE/g)).toHaveLength(1);
  });
});

describe('check', () => {
  const metrics = async (values: object) => {
    const path = join(folder, 'metrics.json');
    await writeFile(path, JSON.stringify(values));
    return path;
  };

  it('fails on a broken budget of severity error, and on no other', async () => {
    const budgets = await config('budgets: [{ metric: LCP, threshold: 2.5 s }, { metric: TTFB, threshold: 600, severity: warning }]');
    const given = async (values: object) => run('check', '--data', folder, '--config', budgets, '--metrics', await metrics(values));
    expect(await given({ LCP: 2500, TTFB: 700 })).toEqual({
      code: 0,
      stdout: expect.stringContaining('WARN  TTFB p75: 700 ms > 600 ms'),
      stderr: '',
    });
    expect(await given({ LCP: 2501 })).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^FAIL {2}LCP p75: 2501 ms > 2500 ms[\s\S]*1 failed, 1 not judged\n$/),
    });
  });

  it('asks the house, and writes for programs and for CI', async () => {
    await run('seed', '--days', '2', '--rows', '20000', '--data', folder);
    const junit = join(folder, 'budgets.xml');
    const { code, stdout } = await run('check', '--since', '2d', '--json', '--junit', junit, '--data', folder);
    const { data, passed } = JSON.parse(stdout);
    expect(code).toBe(passed ? 0 : 1);
    expect(data.find(({ metric }: { metric: string }) => metric === 'LCP')).toMatchObject({
      unit: 'ms',
      hours: 48,
      threshold: 2500,
      samples: expect.any(Number),
    });
    expect(data).toHaveLength(12);
    expect(await readFile(junit, 'utf8')).toMatch(/<testsuite name="performance budgets" tests="12"/);
  });

  it.each([
    ['{', /is not JSON/],
    ['[3]', /is neither \{"metric": value\}/],
    ['{"LCP": "fast"}', /the value "fast" of LCP is no measure of it/],
  ])('says what is wrong with a file of %j', async (text, message) => {
    const path = join(folder, 'metrics.json');
    await writeFile(path, text);
    const { code, stderr } = await run('check', '--data', folder, '--metrics', path);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('detect', () => {
  const series = (id: string, hours: number) => {
    // 40 samples an hour around bin 100; the last 40 hours are 20 bins (2.7 times) slower.
    const level = (hour: number) => (hour < hours - 40 ? 0 : 20);
    const h = Array.from({ length: hours }, (_, hour) => [99, 10, 100, 20, 101, 10].map((one, i) => (i % 2 ? one : one + level(hour))));
    return { id, kind: 'latency', t0: '2027-01-04T00:00:00Z', hours, eval_from: 336, strata: [{ key: { device: 'mobile' }, h }] };
  };

  it('answers every series with a line, in their order', async () => {
    const [input, output] = [join(folder, 'series.jsonl'), join(folder, 'alerts.jsonl')];
    const ids = Array.from({ length: 12 }, (_, i) => `s${i}`);
    // The first takes longest: its answer comes first all the same.
    await writeFile(input, ids.map((id, i) => JSON.stringify(series(id, i === 0 ? 504 : 400))).join('\n\n'));
    expect(await run('detect', '--input', input, '--output', output)).toEqual({ code: 0, stdout: '', stderr: '12 series, 12 alerts\n' });
    const answers = (await readFile(output, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map(({ id }) => id)).toEqual(ids);
    expect(answers.at(-1)).toEqual({ id: 's11', alerts: [{ t: expect.any(Number), start: 360, dim: null, deploy: null }] });
  });

  it('says which line is no series', async () => {
    const input = join(folder, 'series.jsonl');
    await writeFile(input, `${JSON.stringify(series('s', 400))}\n{"id": 3}\n`);
    const { code, stderr } = await run('detect', '--input', input, '--output', join(folder, 'alerts.jsonl'));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/line 2: id: Invalid input/)]);
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
