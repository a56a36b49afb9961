import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { configFileSchema } from '#contracts';
import { EmbeddedStream, SystemClock } from '#platform';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { findingMessages, toldFindings } from '../../../../test/seed/told-findings.ts';
import { BudgetWatch } from './budget-watch.ts';

const hourMs = 3_600_000;
/** A full hour, long enough ago that nothing lies in the future. */
const start = (Math.floor(Date.now() / hourMs) - 40) * hourMs;
const at = (n: number) => start + n * hourMs;
const signal = new AbortController().signal;
const log = pino({ level: 'silent' });
const clock = new SystemClock();
const lcp = { metric: 'LCP', threshold: '2.5 s', minSamples: 2 };

let house: TemporaryWarehouse;
let dir: string;
let stream: EmbeddedStream;
let project: string;
let projects = 0;

beforeAll(async () => {
  house = await openTemporaryWarehouse();
  dir = await mkdtemp(join(tmpdir(), 'beaconhouse-budgets-'));
});
afterAll(async () => {
  await house.close();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  projects += 1;
  project = `shop-${projects}`;
  stream = await EmbeddedStream.open({ dir: join(dir, project), clock });
});
afterEach(() => stream.close());

/** A watch as a process has it that has just started. */
function watch(budgets: readonly object[] = [lcp], over: EmbeddedStream = stream): BudgetWatch {
  const config = configFileSchema.parse({ projects: [{ id: project }], budgets });
  return new BudgetWatch({ warehouse: house.warehouse, stream: over, config, log });
}

/** What was measured in the hour before. */
const measured = (n: number, value: number, more: object = {}) =>
  storeRows(
    house.warehouse,
    [1, 2, 3].map((minutes) => ({ tenant: project, ts: at(n) - minutes * 60_000, value, ...more })),
  );

const messages = () => findingMessages(stream);
const told = () => toldFindings(stream);
const brief = async () => (await told()).map(({ state, at: when }) => [state, (when - start) / hourMs]);
const history = () =>
  house.warehouse.ask<{ n: number; outcome: string; change: string }>({
    sql: `SELECT toInt32(toUnixTimestamp(hour) - ${start / 1000}) / 3600 AS n, outcome, change FROM budget_checks WHERE project = {project:String} ORDER BY hour, name`,
    params: { project },
  });

describe('the hourly watch over budgets', () => {
  it('tells a violation when it begins and when it ends, and nothing while it lasts, whoever runs it', async () => {
    for (const [n, value] of [1_000, 3_000, 3_500, 3_500, 2_000, 2_000].entries()) {
      await measured(n, value);
      await watch().run(at(n), signal);
    }
    const [opened, resolved, ...more] = await told();
    expect(more).toEqual([]);
    expect(opened).toMatchObject({
      ...{
        tenant: project,
        kind: 'budget',
        state: 'open',
        at: at(1),
        since: at(1),
        severity: 'high',
        metric: 'LCP',
        unit: 'ms',
        reference: 2_500,
      },
      title: expect.stringMatching(/^LCP p75 is over its budget: 3(\.\d+)? s > 2\.5 s \(3 samples in 1 h\)$/),
      subject: {},
    });
    expect(Math.abs(opened!.value / 3_000 - 1)).toBeLessThan(0.02);
    expect(JSON.parse(opened!.detail)).toEqual({
      ...{ budget: 'LCP', statistic: 'p75', comparison: 'less_than', severity: 'error', outcome: 'violated', hours: 1, samples: 3 },
    });
    expect(resolved).toMatchObject({
      id: opened!.id,
      state: 'resolved',
      at: at(4),
      since: at(1),
      title: expect.stringMatching(/^LCP p75 is within its budget again: /),
    });
    expect((await history()).map(({ outcome, change }) => `${outcome} ${change}`)).toEqual([
      'passed none',
      'violated opened',
      'violated none',
      'violated none',
      'passed resolved',
      'passed none',
    ]);
  });

  it('gives the next violation of a budget another id', async () => {
    for (const [n, value] of [3_000, 1_000, 3_000].entries()) {
      await measured(n, value);
      await watch().run(at(n), signal);
    }
    const ids = (await told()).map(({ id }) => id);
    expect([ids[0] === ids[1], ids[0] === ids[2]]).toEqual([true, false]);
  });

  it('neither opens nor resolves by too few samples', async () => {
    const careful = [{ ...lcp, minSamples: 4 }];
    await measured(0, 3_000);
    await watch(careful).run(at(0), signal);
    await measured(0, 3_000);
    await measured(24, 3_000);
    await watch(careful).run(at(1), signal);
    await watch(careful).run(at(26), signal);
    expect((await history()).map(({ outcome, change }) => `${outcome} ${change}`).filter((one, i, all) => one !== all[i - 1])).toEqual([
      'unknown none',
      'violated opened',
      'violated none',
      'unknown none',
    ]);
    expect(await brief()).toEqual([['open', 1]]);
  });

  it('keeps to what each budget is about', async () => {
    await measured(0, 900, { metric: 'mcp-tool-execution', tool: 'search' });
    await measured(0, 9_000, { metric: 'mcp-tool-execution', tool: 'book' });
    const tools = ['search', 'book'].map((tool) => ({
      metric: 'mcp_tool_duration',
      threshold: '2 s',
      severity: 'warning',
      tool,
      minSamples: 2,
    }));
    await watch(tools).run(at(0), signal);
    expect(await told()).toMatchObject([
      { subject: { tool: 'book' }, severity: 'medium', title: expect.stringContaining('mcp_tool_duration p95, tool book') },
    ]);
  });

  it('says of what falls under its bound that it is under it', async () => {
    await measured(0, 1);
    await watch([{ metric: 'LCP_count', threshold: 5, comparison: 'greater_than', minSamples: 1 }]).run(at(0), signal);
    expect((await told())[0]!.title).toBe('LCP_count is under its budget: 3 < 5 (3 samples in 1 h)');
  });
});

describe('an hour that was missed', () => {
  it('is made up for, in its order and with its own time', async () => {
    for (const [n, value] of [1_000, 3_000, 3_000, 1_000].entries()) await measured(n, value);
    await watch().run(at(0), signal);
    await watch().run(at(4), signal);
    expect((await history()).map(({ n }) => n)).toEqual([0, 1, 2, 3, 4]);
    // The last hour had no visitors: the window that is judged then holds the bad hours, which were told to be over.
    expect(await brief()).toEqual([
      ['open', 1],
      ['resolved', 3],
    ]);
    expect((await history()).at(-1)).toMatchObject({ outcome: 'violated', change: 'none' });
  });

  it('and whose turn comes after a later one changes nothing', async () => {
    await measured(1, 3_000);
    await watch().run(at(2), signal);
    const before = [await history(), await brief()];
    await watch().run(at(1), signal);
    expect([await history(), await brief()]).toEqual(before);
  });
});

describe('a run that ends in the middle', () => {
  it('has its findings told by the next one, as the hour was judged then', async () => {
    await measured(0, 3_000);
    const gone = await EmbeddedStream.open({ dir: join(dir, `${project}-gone`), clock });
    await gone.close();
    await expect(watch([lcp], gone).run(at(0), signal)).rejects.toThrow();
    // Late data would judge otherwise by now.
    for (let i = 0; i < 5; i += 1) await measured(0, 100);
    await watch().run(at(0), signal);
    expect(await told()).toMatchObject([{ state: 'open', at: at(0) }]);
    expect(await history()).toHaveLength(1);
  });

  it('is told again, even an hour later, by the same messages where nobody noted that they were told', async () => {
    await measured(0, 3_000);
    await watch().run(at(0), signal);
    await house.warehouse.run(`ALTER TABLE budget_hours_told DELETE WHERE tenant = '${project}' SETTINGS mutations_sync = 2`);
    await watch().run(at(1), signal);
    const [first, second, ...more] = await messages();
    expect(more).toEqual([]);
    expect([second!.value, second!.headers, second!.key]).toEqual([first!.value, first!.headers, first!.key]);
    expect(first!.headers.beaconId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('changes nothing when it ran to its end', async () => {
    await measured(0, 3_000);
    for (let i = 0; i < 3; i += 1) await watch().run(at(0), signal);
    expect([(await history()).length, await brief()]).toEqual([1, [['open', 0]]]);
  });

  it('stores an hour once that two workers judge at the same time', async () => {
    await measured(0, 3_000);
    await Promise.all([watch().run(at(0), signal), watch().run(at(0), signal)]);
    expect(await history()).toHaveLength(1);
    expect(new Set((await told()).map(({ id }) => id)).size).toBe(1);
  });

  it('goes no further when it is stopped', async () => {
    await expect(watch().run(at(0), AbortSignal.abort(new Error('stopping')))).rejects.toThrow('stopping');
    expect(await history()).toEqual([]);
  });
});

describe('a budget that is no longer one', () => {
  it('ends what it had open, and is forgotten', async () => {
    await measured(0, 3_000);
    await watch().run(at(0), signal);
    for (const n of [1, 2]) await watch([]).run(at(n), signal);
    expect((await told()).map(({ state, title }) => [state, title])).toEqual([
      ['open', expect.stringContaining('LCP p75 is over its budget')],
      ['resolved', 'LCP p75 is no longer held to its budget'],
    ]);
    expect((await history()).map(({ outcome }) => outcome)).toEqual(['violated', 'removed']);
  });

  it('because its bound was moved ends too, and the new one is judged by itself', async () => {
    await measured(0, 3_000);
    await watch().run(at(0), signal);
    await watch([{ ...lcp, threshold: '2.8 s' }]).run(at(1), signal);
    const findings = (await told()).map(({ state, reference }) => [state, reference]);
    expect(findings).toEqual(
      expect.arrayContaining([
        ['open', 2_500],
        ['resolved', 2_500],
        ['open', 2_800],
      ]),
    );
    expect(findings).toHaveLength(3);
  });
});
