import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCommand } from '../run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beaconhouse-cli-alerts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

async function alerts(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runCommand(['alerts', ...args, '--data', folder], { stdout, stderr }, new AbortController().signal);
  const said = (stream: PassThrough) => (stream.read() as Buffer | null)?.toString() ?? '';
  return { code, stdout: said(stdout), stderr: said(stderr) };
}

const file = async (name: string, text: string) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

describe('alerts', () => {
  it.each([
    [[], /alerts knows check, test, routes, silence, backtest, replay, not ""/],
    [['toString'], /alerts knows check/],
    [['test'], /alerts test takes one file/],
    [['test', 'nowhere.yml'], /nowhere\.yml cannot be read: ENOENT/],
    [['routes', 'tool'], /"tool" is not NAME=VALUE, such as tool=search/],
    [['routes', 'severity=high'], /severity is one of info, warning, critical, not "high"/],
    [['routes', 'rule=none'], /there is no rule "none"; there are mcp-tool-duration/],
    [['silence', 'drop'], /alerts silence knows add, list, end, not "drop"/],
    [['silence', 'add', '--for', '2h', '--comment', 'x'], /needs what to silence/],
    [['silence', 'add', 'tool=search', '--for', '2h'], /--comment is needed/],
    [['silence', 'add', 'tool=search', '--comment', 'x'], /--for or --until is needed/],
    [['silence', 'add', 'tool=search', '--comment', 'x', '--for', 'ever'], /--for must be a number of m, h or d, such as 2h, not "ever"/],
    [['silence', 'add', 'tool=search', '--comment', 'x', '--until', 'noon'], /--until must be an ISO 8601 time, not "noon"/],
    [['silence', 'list'], /no server works on .*--url names one/],
    [['silence', 'end'], /takes the id of one silence/],
    [['backtest'], /--rule or --file is needed, one of them/],
    [['backtest', '--rule', 'none'], /--rule must be one of mcp-tool-duration, .*, not "none"/],
    [['backtest', '--rule', 'budgets'], /a rule of the kind budget cannot be tried/],
    [['backtest', '--rule', 'widget-errors', '--from', 'monday'], /--from must be a number of m, h or d before now, or an ISO 8601 time/],
    [['backtest', '--rule', 'widget-errors', '--from', '1d', '--to', '2d'], /--from must be before --to/],
    [['backtest', '--rule', 'widget-errors', '--step', '30'], /--step must be a whole number from 60 to 86400/],
    [['backtest', '--rule', 'widget-errors', '--project', 'nobody'], /--project must be one of default, not "nobody"/],
  ])('%j is a mistake that it explains', async (args, message) => {
    const { code, stdout, stderr } = await alerts(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

describe('alerts check', () => {
  it('tells what each rule watches and who hears of it', async () => {
    const { code, stdout } = await alerts('check', '--config', join(folder, 'none.yml'));
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^mcp-tool-duration: mcp_tool_duration_p95 above 2\.5 s \(critical\) over 5 min, each app and environment .*from 100 samples on.* -> log$/m,
    );
    expect(stdout).toMatch(/increasing by more than 20 % \(warning\)/);
    expect(stdout).toMatch(
      /^budgets: every finding of the kind budget, low or graver -> log\n[\s\S]*Rules, channels and routes are in order\.\n$/m,
    );
  });

  it('names every problem with its line', async () => {
    const config = await file(
      'wrong.yml',
      `rules:
  - id: slow
    metric: mcp_tool_duration
    condition: above
  - { id: twice, metric: LCP, condition: above, threshold: 3 furlongs }
channels:
  - { id: night, type: sms }
`,
    );
    const { code, stdout } = await alerts('check', '--config', config);
    expect(code).toBe(1);
    expect(stdout).toContain(`ERROR  ${config}:2 rules.0.threshold: is needed where the condition is above`);
    expect(stdout).toContain(`ERROR  ${config}:5 rules.1.threshold: of LCP is a number, or one with ms, s, min`);
    expect(stdout).toMatch(/:7 channels\.0\.type: [\s\S]*3 to be put right/);
  });

  it('finds what only the whole shows', async () => {
    const rule = (more: string) => `  - { metric: LCP, condition: above, threshold: 3 s, ${more} }`;
    const config = await file(
      'cross.yml',
      `rules:\n${rule('id: slow, channels: [pager]')}\n${rule('id: slower, project: shop')}
channels:
  - { id: night, type: log, fallback: [day] }
routes:
  - { channels: [night] }
  - { match: { severity: grave }, channels: [dawn] }
muteTimings:
  - { id: weekend, match: { project: shop } }
inhibitions:
  - { source: { severity: critical }, target: { project: "@house" } }
  - { source: { severity: "*" }, target: { project: blog } }
`,
    );
    const { code, stdout } = await alerts('check', '--json', '--config', config);
    expect([code, JSON.parse(stdout).problems]).toEqual([
      1,
      [
        `${config}:2 rules.0.channels: pager is no channel; there are log, night`,
        `${config}:3 rules.1.project: shop is no project`,
        `${config}:5 channels.0.fallback: day is no channel`,
        `${config}:8 routes.1.channels: dawn is no channel; there are log, night`,
        `${config}:8 routes.1.match.severity: grave is none; there are info, warning, critical`,
        `${config}:8 routes.1: is never reached: route 1 takes everything`,
        `${config}:10 muteTimings.0.match.project: shop is none; there are default, @house`,
        `${config}:13 inhibitions.1.target.project: blog is none; there are default, @house`,
      ],
    ]);
  });

  it('tells what rules of each kind watch', async () => {
    const config = await file(
      'kinds.yml',
      `rules:
  - { id: burn, kind: burn_rate, metric: mcp_tool_error_rate, slo: 99%, pairs: [{ longS: 3600, shortS: 300, factor: 14.4, severity: critical }] }
  - { id: gone, kind: absence, metric: LCP, groupBy: [app] }
  - { id: house, kind: self, about: pipeline }
`,
    );
    const { code, stdout } = await alerts('check', '--config', config);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^burn: mcp_tool_error_rate using up the error budget of 99 % good in 30 days: 14\.4 times too fast over 1 h and 5 min \(critical\), from 50/m,
    );
    expect(stdout).toMatch(
      /^gone: LCP without any event for 15 min, expected for 1 d \(warning\), each app on its own, from 100 samples on/m,
    );
    expect(stdout).toMatch(/^house: trouble of the house itself with its pipeline \(critical\) -> log$/m);
  });

  it('says where a file is no YAML', async () => {
    const config = await file('broken.yml', 'rules:\n  - id: "a\n');
    const { code, stdout } = await alerts('check', '--config', config);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/ERROR {2}.*broken\.yml:\d+ /)]);
  });
});

describe('alerts routes', () => {
  it('tells who hears of it, and why', async () => {
    const config = await file(
      'routes.yml',
      `rules: [{ id: slow, metric: LCP, condition: above, threshold: 3 s, channels: [day, night] }]
channels: [{ id: slack, type: log }, { id: day, type: log }]
`,
    );
    const usual = await alerts('routes', 'tool=search', '--config', config);
    expect(usual.stdout).toMatch(/^critical -> slack, log \(at once, again every 3600 s\)\n {4}route 1 matches: slack, pagerduty\n/);
    expect(usual.stdout).toMatch(/\nwarning {2}-> slack, log \(after 30 s, again every 43200 s\)\n[\s\S]*\ninfo {5}-> log \(collected/);
    const { stdout } = await alerts('routes', 'tool=search', 'severity=critical', 'rule=slow', '--json', '--config', config);
    expect(JSON.parse(stdout)).toMatchObject({
      labels: { tool: 'search' },
      routes: [{ severity: 'critical', channels: ['day', 'log'], missing: ['night'] }],
    });
    expect(JSON.parse(stdout).routes[0].because).toEqual(['the rule names its channels: day, night', 'night: there is no such channel']);
  });

  it('answers from the routes of the configuration', async () => {
    const config = await file(
      'mine.yml',
      `projects: [{ id: shop }]
channels: [{ id: search-team, type: log }, { id: rest, type: log }]
routes:
  - { match: { tool: "search*", severity: warning }, channels: [search-team], digestS: 600 }
  - { match: { project: shop }, channels: [rest] }
`,
    );
    const { stdout } = await alerts('routes', 'tool=search-web', 'severity=warning', '--config', config);
    expect(stdout).toBe('warning  -> search-team, log (collected for 600 s, again every 43200 s)\n    route 1 matches: search-team\n');
    const other = await alerts('routes', 'tool=book', 'severity=critical', 'project=blog', '--config', config);
    expect(other.stdout).toMatch(
      /^critical -> log .*\n {4}route 1 does not match: tool is book[\s\S]*no route matches: only the log is told/,
    );
  });
});

describe('alerts test', () => {
  it('passes what the documentation shows', async () => {
    const { code, stdout } = await alerts('test', 'docs/examples/rules.test.yml');
    expect(stdout).toMatch(/^PASS[\s\S]*Rule tests: 5 passed, 0 failed\n$/);
    expect(code).toBe(0);
  });

  const tests = (state: string) => `config: house.yml
tests:
  - name: "is <slow>"
    rule: slow
    series: [{ values: 4sx5 }]
    expect: [{ at: 5, state: ${state} }]
`;

  it('fails where something is otherwise, for people, programs and CI', async () => {
    await file('house.yml', 'rules: [{ id: slow, metric: LCP, condition: above, threshold: 3 s }]');
    const path = await file('rules.test.yml', tests('normal'));
    const junit = join(folder, 'rules.xml');
    const { code, stdout } = await alerts('test', path, '--junit', junit);
    expect([code, stdout]).toEqual([
      1,
      'FAIL  is <slow>\n      after minute 5 is to be normal, and is firing\nRule tests: 0 passed, 1 failed\n',
    ]);
    expect(await readFile(junit, 'utf8')).toContain('<testcase classname="slow" name="is &lt;slow&gt;"><failure message="after minute 5');
    const document = JSON.parse((await alerts('test', path, '--json')).stdout);
    expect(document).toMatchObject({ passed: false, tested: [{ name: 'is <slow>', rule: 'slow', passed: false }] });
  });

  it.each([
    ['tests: 3', /rules\.test\.yml:1 tests: /],
    ['tests:\n  - { name: a, rule: r, series: [{ values: "3x" }] }', /:2 tests\.0\.series\.0\.values: is such as 100x5 3000x10 _x3/],
    ['tests: [{ name: a, rule: r, series: [{ values: 3 }] }]', /a: there is no rule "r"/],
    ['rules: [{ id: r, kind: budget }]\ntests: [{ name: a, rule: r, series: [{ values: 3 }] }]', /of the kind budget has no series/],
    [
      'rules: [{ id: r, metric: LCP, condition: above, threshold: 1 }]\ntests: [{ name: a, rule: r, series: [{ values: 3% }] }]',
      /a: "3%" is no value of LCP/,
    ],
  ])('says what is wrong with a file of %j', async (text, message) => {
    const { code, stderr } = await alerts('test', await file('rules.test.yml', text));
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('alerts backtest', () => {
  it('tells what a rule would have done, and what would be different', async () => {
    const config = await file('house.yml', 'rules: [{ id: slow, metric: LCP, condition: above, threshold: 60 s, minSamples: 5 }]');
    const seed = new PassThrough();
    await runCommand(
      ['seed', '--days', '2', '--rows', '20000', '--data', folder],
      { stdout: seed, stderr: seed },
      new AbortController().signal,
    );
    const saved = await alerts('backtest', '--rule', 'slow', '--from', '2d', '--config', config);
    expect(saved).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^slow, .*: 0 incidents, 0 pages, 0 messages; .* of 1 set of labels/),
    });
    expect(saved.stdout).toMatch(/History does not show:\n {2}Late data[\s\S]*Silences/);

    const rule = await file(
      'rule.yml',
      'id: slow\nmetric: LCP\ncondition: above\nthreshold: 1\nminSamples: 5\nwindowS: 3600\nseverity: critical\n',
    );
    const tried = await alerts('backtest', '--file', rule, '--from', '2d', '--config', config);
    expect(tried.stdout).toMatch(/ {2}fired +firing for +severity[\s\S]* critical /);
    expect(tried.stdout).toMatch(/Pages \(█\) and messages \(░\) a day[\s\S]*█/);
    expect(tried.stdout).toMatch(/Beside the saved rule: 0 kept, \d+ gained, 0 lost; pages 0 -> \d+/);
    const { stdout } = await alerts('backtest', '--file', rule, '--from', '2d', '--step', '3600', '--json', '--config', config);
    expect(JSON.parse(stdout)).toMatchObject({ rule: 'slow', stepS: 3_600, coarser: true, moments: 48, difference: { pagesBefore: 0 } });
  });

  it('says where a rule in a file is wrong', async () => {
    const rule = await file('rule.yml', 'id: slow\nmetric: LCP\ncondition: above\nthreshold: 3 furlongs\n');
    const { code, stderr } = await alerts('backtest', '--file', rule);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/rule\.yml:4 threshold: of LCP is a number/)]);
  });
});

describe('alerts replay', () => {
  it('of a house that judged nothing has nothing to say against it', async () => {
    const out = new PassThrough();
    await runCommand(['migrate', '--data', folder], { stdout: out, stderr: out }, new AbortController().signal);
    const { code, stdout } = await alerts('replay');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^0 transitions replayed, 0 differ/)]);
  });
});

describe('alerts silence', () => {
  const asked: { method: string; url: string; token: string; body: string }[] = [];
  let server: Server;
  let url: string;
  const silence = {
    ...{ id: 's1', project: 'default', matchers: { tool: 'search' }, startsAt: 1_770_000_000_000, endsAt: 1_770_007_200_000 },
    ...{ author: 'ann', comment: 'known', state: 'active' },
  };
  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers } = request;
    asked.push({ method, url: path, token: headers.authorization ?? '', body: Buffer.concat(chunks).toString() });
    const known = headers.authorization === 'Bearer token-of-the-house';
    const list = path.includes('cursor=2') ? { data: [silence], next: null } : { data: [silence], next: '2' };
    const told = method === 'GET' ? list : known ? { result: 'done', silence } : { error: { message: 'this wants the token' } };
    response.writeHead(method === 'GET' || known ? 200 : 403, { 'content-type': 'application/json' }).end(JSON.stringify(told));
  };
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('is made by the server, and ended there', async () => {
    const now = Date.now();
    const rest = ['--url', url, '--token', 'token-of-the-house', '--author', 'ann', '--project', 'shop'];
    const added = await alerts('silence', 'add', 'tool=search', '--for', '2h', '--comment', 'known', ...rest);
    expect(added).toEqual({
      code: 0,
      stdout: 's1  active   2026-02-02T02:40 to 2026-02-02T04:40  tool=search  ann: known\n',
      stderr: '',
    });
    const { method, url: path, body } = asked[0]!;
    expect([method, path]).toEqual(['POST', '/api/alerts/silences?project=shop&by=ann']);
    const { endsAt, ...given } = JSON.parse(body);
    expect(given).toEqual({ matchers: { tool: 'search' }, comment: 'known' });
    expect(endsAt - now).toBeGreaterThanOrEqual(7_200_000);
    await alerts('silence', 'end', 's1', ...rest);
    expect([asked[1]!.method, asked[1]!.url]).toEqual(['DELETE', '/api/alerts/silences/s1?project=shop&by=ann']);
  });

  it('is listed page by page', async () => {
    const { code, stdout } = await alerts('silence', 'list', '--json', '--url', url);
    expect([code, JSON.parse(stdout)]).toEqual([0, [silence, silence]]);
    expect(asked.map(({ url: path }) => path)).toEqual(['/api/alerts/silences?', '/api/alerts/silences?cursor=2']);
  });

  it('that the server refuses is explained', async () => {
    const { code, stderr } = await alerts('silence', 'end', 's1', '--url', url);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/answers 403: this wants the token/)]);
  });
});
