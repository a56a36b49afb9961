import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StandaloneProcess } from '../../../../test/e2e/standalone-process.ts';
import { runCommand } from '../run-command.ts';

const token = 'a-token-that-may-operate';

let house: StandaloneProcess;
beforeAll(async () => {
  house = await StandaloneProcess.start({ env: { BEACONHOUSE_OPERATE_TOKEN: token } });
}, 120_000);
afterAll(() => house.dispose());

async function silence(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const words = ['alerts', 'silence', ...args, '--data', house.dataDir];
  const code = await runCommand(words, { stdout, stderr }, new AbortController().signal);
  const said = (stream: PassThrough) => (stream.read() as Buffer | null)?.toString() ?? '';
  return { code, stdout: said(stdout), stderr: said(stderr) };
}
const allowed = ['--token', token];

describe('silences of the house that works on the data folder', () => {
  it('are made, listed and ended, by whoever is named', async () => {
    const made = await silence(
      'add',
      'tool=search',
      'severity=warning',
      '--for',
      '2h',
      '--comment',
      'known',
      '--author',
      'ann',
      ...allowed,
    );
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toMatch(/^\S+ {2}active {3}.* to .* {2}tool=search severity=warning {2}ann: known\n$/);
    const [id] = made.stdout.split(' ');
    expect((await silence('list')).stdout).toBe(made.stdout);
    const ended = await silence('end', id!, ...allowed);
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringMatching(new RegExp(`^${id} {2}ended `))]);
    expect(await silence('list')).toMatchObject({ code: 0, stdout: 'There are no silences.\n' });
  });

  it('end at a time that is named', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const { stdout } = await silence('add', 'tool=a', '--until', until, '--comment', 'b', '--json', ...allowed);
    const { id, endsAt, author, matchers } = JSON.parse(stdout);
    expect([endsAt, author, matchers]).toEqual([Date.parse(until), 'command line', { tool: 'a' }]);
    await silence('end', id, ...allowed);
  });

  it.each([
    [['add', 'tool=a', '--for', '1h', '--comment', 'b'], /answers 403: this wants the token of BEACONHOUSE_OPERATE_TOKEN/],
    [['add', 'tool=a', '--for', '91d', '--comment', 'b', ...allowed], /answers 400: endsAt: .* within 90 days/],
    [['add', '--incident', 'none-1', '--for', '1h', '--comment', 'b', ...allowed], /answers 404: there is no such incident/],
    [['end', 'none', ...allowed], /answers 404: there is no such silence/],
  ])('%j is refused in words', async (args, message) => {
    const { code, stdout, stderr } = await silence(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });
});
