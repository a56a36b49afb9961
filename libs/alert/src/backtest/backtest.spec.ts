import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type AlertRuleConfig, alertRuleSchema, configFileSchema } from '#contracts';
import { EmbeddedAlertState, SystemClock } from '#platform';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { RuleWatch } from '../evaluation/rule-watch.ts';
import type { Incident } from '../incidents/incident.ts';
import { tellingOf } from '../incidents/telling.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import { ruleBookOf } from '../rules/rule-book.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { type BacktestRequest, backtest } from './backtest.ts';
import { replayCheck } from './replay-check.ts';

const minute = 60_000;
const day = 1_440;
const begin = Math.floor(Date.now() / (day * minute)) * day * minute - day * minute;

const config = alertRuleSchema.parse({
  ...{ id: 'slow-tools', metric: 'mcp_tool_duration_p95', condition: 'above', threshold: '2.5 s', warningThreshold: '1.5 s' },
  ...{ windowS: 120, minSamples: 12, severity: 'critical', groupBy: ['tool'] },
}) as AlertRuleConfig;
const rule = ruleOf(config) as MeasuredRule;
const ruleWith = (changes: object) => ruleOf(alertRuleSchema.parse({ ...config, ...changes }) as AlertRuleConfig) as MeasuredRule;

/** Milliseconds that calls take in a minute of the day, and how many there are. */
function callsAt(tool: string, at: number): readonly [value: number, calls: number] {
  const between = (from: number, to: number) => at >= from && at < to;
  if (tool === 'book') return between(300, 310) || between(1_000, 1_100) ? [4_000, 10] : [300, 10];
  if (between(60, 90) || between(202, 206) || between(216, 220)) return [4_000, 10];
  if (between(400, 460)) return [at % 6 < 3 ? 4_000 : 200, 10];
  if (between(600, 650)) return [4_000, 3];
  if (between(700, 720) || between(730, 745)) return [2_000, 10];
  if (between(720, 730) || at >= 1_425) return [4_000, 10];
  return between(800, 830) ? [0, 0] : [200, 10];
}

let house: TemporaryWarehouse;
const rowsOf = (tool: string, at: number) => {
  const [value, calls] = callsAt(tool, at);
  return Array.from({ length: calls }, (_, i) => ({ ts: begin + at * minute + i, value: value + i, metric: 'mcp-tool-execution', tool }));
};
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  for (let from = 0; from < day; from += 240)
    await storeRows(
      house.warehouse,
      Array.from({ length: 240 }, (_, i) => ['search', 'book'].flatMap((tool) => rowsOf(tool, from + i))).flat(),
    );
  await liveDay();
}, 300_000);
afterAll(() => house.close());

/** The day as it was judged: two hours minute by minute, then what five minutes brought together; for 40 minutes nobody judged. */
async function liveDay(): Promise<void> {
  const state = new EmbeddedAlertState(house.warehouse, new SystemClock());
  const telling = tellingOf({ ...configFileSchema.parse({}), types: new Map([['log', 'log']]) });
  const book = ruleBookOf([config], ['default']);
  const rules = { current: async () => book };
  const watch = new RuleWatch({ warehouse: house.warehouse, state, log: pino({ level: 'silent' }), rules, telling });
  for (let at = 1; at <= day; at++) {
    const evalEnd = begin + at * minute;
    if (at > 120 && at % 5 !== 0) continue;
    if (at <= 900 || at >= 940) await watch.judge(evalEnd, evalEnd + 20_000, new AbortController().signal);
  }
}

const rows = <T>(kind: string) =>
  house.warehouse
    .ask<{ body: string }>({
      sql: 'SELECT id, argMax(body, at) AS told FROM alert_journal WHERE kind = {kind:String} GROUP BY id',
      params: { kind },
    })
    .then((found) => found.map((row) => JSON.parse((row as unknown as { told: string }).told) as T));

const asked: BacktestRequest = { rule, project: 'default', from: begin + minute, to: begin + day * minute };
const parts = () => ({ warehouse: house.warehouse });
const minuteOf = (moment: number | null) => (moment === null ? null : (moment - begin) / minute);

describe('a backtest', () => {
  it('of a day that was lived through equals what fired', async () => {
    const report = await backtest(parts(), asked);
    const incidents = await rows<Incident>('incident');
    const told = ({ id, labels, openedAt, resolvedAt, reason }: Pick<Incident, 'id' | 'labels' | 'openedAt' | 'resolvedAt' | 'reason'>) => [
      id,
      labels.tool,
      ...[openedAt, resolvedAt].map(minuteOf),
      reason,
    ];
    const byId = (one: unknown[], other: unknown[]) => (String(one[0]) < String(other[0]) ? -1 : 1);
    expect(report.incidents.map(told).sort(byId)).toEqual(incidents.map(told).sort(byId));
    const fired = (await rows<{ incident: string; severity: string; windowEnd: number; notices: { kind: string }[] }>('transition'))
      .filter(({ notices }) => notices.some(({ kind }) => kind === 'trigger'))
      .map(({ incident, windowEnd }) => [incident, minuteOf(windowEnd)]);
    for (const { id, firedAt } of report.incidents) expect(fired).toContainEqual([id, minuteOf(firedAt)]);
    expect(fired).toHaveLength(report.incidents.length + report.incidents.reduce((sum, { reopened }) => sum + reopened, 0));
  });

  it('tells of each incident when it fired, how grave it was and how often it came back', async () => {
    const { incidents, days, ...report } = await backtest(parts(), asked);
    const lines = incidents.map(({ labels, severity, firedAt, resolvedAt, flaps, reopened, flapping, peak }) =>
      [labels.tool, severity, `${minuteOf(firedAt)}-${minuteOf(resolvedAt)}`, Math.round(peak / 100), flaps, reopened, flapping].join(' '),
    );
    expect(lines).toEqual([
      'search critical 62-97 40 0 0 false',
      'search critical 204-227 40 1 1 false',
      'book critical 302-317 40 0 0 false',
      'search critical 404-491 40 9 0 true',
      'search critical 702-752 40 0 0 false',
      'book critical 1002-1107 40 0 0 false',
      'search critical 1427-null 40 0 0 false',
    ]);
    expect(days.map(({ pages, messages }) => [pages, messages])).toEqual([[7, 1]]);
    expect(report).toMatchObject({ sets: 2, moments: 1_440, stepS: 60, coarser: false, pages: 7, storms: 0, flaps: 10, difference: null });
    expect(report).toMatchObject({ judgements: 2 * 1_440, skippedFew: expect.any(Number), longestMs: 105 * minute });
    expect(report.skippedFew).toBeGreaterThan(45);
    expect(report.notShown.join('\n')).toMatch(/Late data[\s\S]*Failures[\s\S]*Silences/);
  });

  it('says what would be different from the rule that is saved', async () => {
    const stricter = await backtest(parts(), { ...asked, rule: ruleWith({ tool: 'search' }), against: rule });
    expect(stricter.difference).toMatchObject({ gained: [], kept: 5, pagesBefore: 7, messagesBefore: 1 });
    expect(stricter.difference!.lost.map(({ labels }) => labels.tool)).toEqual(['book', 'book']);
    const { difference } = await backtest(parts(), { ...asked, rule, against: ruleWith({ triggerAfter: 40 }) });
    expect(difference!.gained.map(({ firedAt }) => minuteOf(firedAt))).toEqual([62, 204, 302, 404, 1_427]);
  });

  it('is judged less often where it is asked to, and says so', async () => {
    const report = await backtest(parts(), { ...asked, stepS: 300 });
    expect(report).toMatchObject({ stepS: 300, coarser: true, moments: 288, judgements: 576 });
    expect(report.incidents.map(({ labels }) => labels.tool)).toContain('book');
  });

  it('ends where nobody waits for it any more, and tells how far it is', async () => {
    const shares: number[] = [];
    await backtest({ ...parts(), onProgress: (share) => shares.push(share) }, { ...asked, against: rule });
    expect([shares.at(-1), shares.includes(0.5)]).toEqual([1, true]);
    const gone = new AbortController();
    const run = backtest({ ...parts(), signal: gone.signal, onProgress: () => gone.abort(new Error('gone')) }, { ...asked, against: rule });
    await expect(run).rejects.toThrow('gone');
  });

  it('of nothing is nothing', async () => {
    const report = await backtest(parts(), { ...asked, rule: ruleWith({ tool: 'no-such' }) });
    expect(report).toMatchObject({ sets: 0, judgements: 0, incidents: [], pages: 0, longestMs: 0, firingMs: 0 });
  });
});

describe('the check of what is stored', () => {
  it('finds that the transitions of a day are what their inputs make', async () => {
    const report = await replayCheck(house.warehouse, { project: 'default', from: begin, to: begin + day * minute });
    expect(report).toMatchObject({ passedOver: 0, differences: [], interrupted: [], cut: false });
    expect(report.replayed).toBe((await rows('transition')).length);
    expect(report.replayed).toBeGreaterThan(50);
  });
});
