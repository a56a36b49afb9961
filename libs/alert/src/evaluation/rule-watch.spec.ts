import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { alertRuleSchema, configFileSchema } from '#contracts';
import { EmbeddedAlertState, SystemClock } from '#platform';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { recall } from '../alert-book.ts';
import { tellingOf } from '../incidents/telling.ts';
import { ruleBookOf } from '../rules/rule-book.ts';
import { RuleWatch } from './rule-watch.ts';

const minuteMs = 60_000;
const types = new Map(['slack', 'pagerduty', 'log'].map((type) => [type, type] as const));
const never = new AbortController().signal;

let house: TemporaryWarehouse;
let begin: number;
beforeEach(async () => {
  house = await openTemporaryWarehouse();
  begin = Math.floor(Date.now() / minuteMs) * minuteMs - 200 * minuteMs;
});
afterEach(() => house.close());

/** Tool calls that took `tookMs(minute)`, 20 a minute. */
async function store(from: number, to: number, tookMs: (minute: number) => number, more: object = {}): Promise<void> {
  const minutes = Array.from({ length: to - from }, (_, i) => from + i);
  const rows = minutes.flatMap((minute) =>
    Array.from({ length: 20 }, (_, i) => ({
      ...{ ts: begin + minute * minuteMs + i, value: tookMs(minute) + i, metric: 'mcp-tool-execution', tool: 'search' },
      ...more,
    })),
  );
  await storeRows(house.warehouse, rows);
}

/** Judges minute by minute, and answers what a channel was told: kind and reason after so many minutes. */
function watching(...rules: readonly object[]) {
  const configs = rules.map((rule, index) => alertRuleSchema.parse({ id: `rule-${index}`, ...rule }));
  const state = new EmbeddedAlertState(house.warehouse, new SystemClock());
  const telling = tellingOf({ ...configFileSchema.parse({}), types });
  const book = ruleBookOf(configs, ['default']);
  const watch = new RuleWatch({
    warehouse: house.warehouse,
    state,
    log: pino({ level: 'silent' }),
    rules: { current: async () => book },
    telling,
  });
  const at = (minute: number) => begin + minute * minuteMs;
  return {
    judge: (minute: number) => watch.judge(at(minute), at(minute) + 15_000, never),
    async judgeAll(from: number, to: number): Promise<void> {
      for (let minute = from; minute <= to; minute++) await this.judge(minute);
    },
    async told(channel = 'log'): Promise<string[]> {
      const deliveries = [...(await recall(state, 'delivery')).values()].map(({ value }) => value.delivery);
      const mine = deliveries
        .filter((one) => one.channel === channel)
        .sort((one, other) => one.notice.at - other.notice.at || one.seq - other.seq);
      return mine.map(({ notice: { at: when, kind, reason } }) =>
        [(when - begin) / minuteMs, kind, reason].filter((part) => part !== '').join(' '),
      );
    },
    notices: async (channel = 'log') =>
      [...(await recall(state, 'delivery')).values()]
        .map(({ value }) => value.delivery)
        .filter((one) => one.channel === channel)
        .map(({ notice }) => notice),
  };
}

const slow = { metric: 'mcp_tool_duration_p95', condition: 'above', threshold: 2_500, windowS: 60, minSamples: 10, severity: 'critical' };

it('a value that swings around its threshold for an hour is told once, and its end once', async () => {
  await store(0, 110, (minute) => (minute < 60 && minute % 4 < 2 ? 2_600 : 2_200));
  const watch = watching(slow);
  await watch.judgeAll(1, 105);
  const told = await watch.told('pagerduty');
  expect(told.map((line) => line.split(' ')[1]).filter((kind) => kind === 'trigger' || kind === 'resolve')).toEqual(['trigger', 'resolve']);
}, 120_000);

it('a step of 30 % that stays is open when its window holds nothing else any more', async () => {
  await store(0, 60, (minute) => (minute < 20 ? 1_000 : 1_300));
  const watch = watching({ ...slow, condition: 'increasing', windowS: 300, changePercent: 20, minSamples: 20 });
  await watch.judgeAll(5, 60);
  expect(await watch.told()).toEqual([expect.stringMatching(/^2[1-5] trigger$/)]);
}, 120_000);

it('events that come after their minute was judged open nothing a second time', async () => {
  await store(0, 40, (minute) => (minute < 5 ? 4_000 : 200));
  const watch = watching(slow);
  await watch.judgeAll(1, 15);
  const told = await watch.told();
  expect(told.map((line) => line.split(' ')[1])).toEqual(['trigger', 'resolve']);
  await store(0, 12, () => 4_000);
  await watch.judgeAll(14, 30);
  expect(await watch.told()).toEqual(told);
}, 120_000);

it('what was critical, then a warning, then well leaves nothing open in any channel', async () => {
  await store(0, 60, (minute) => (minute < 5 ? 4_000 : minute < 15 ? 2_000 : 200));
  const watch = watching({ ...slow, warningThreshold: 1_500 });
  await watch.judgeAll(1, 30);
  expect(await watch.told('pagerduty')).toEqual(['2 trigger', '8 resolve']);
  expect((await watch.told('slack')).map((line) => line.split(' ')[1])).toEqual(['trigger', 'deescalate', 'resolve']);
}, 120_000);

it('three bad calls of four wake nobody', async () => {
  const call = (i: number, metric: string) => ({ ts: begin + i, value: 100, metric, tool: 'search' });
  await storeRows(house.warehouse, [0, 1, 2].map((i) => call(i, 'mcp-tool-error')).concat(call(3, 'mcp-tool-execution')));
  const rate = { metric: 'mcp_tool_error_rate' };
  const watch = watching({ ...rate, condition: 'above', threshold: '1%' }, { ...rate, kind: 'burn_rate', slo: '99%' });
  await watch.judgeAll(1, 6);
  expect(await watch.notices()).toEqual([]);
}, 120_000);

it('an error budget that burns too fast in both windows is told, and the end when the short one is well', async () => {
  await store(-60, 40, () => 100);
  await store(0, 15, () => 100, { metric: 'mcp-tool-error' });
  const pairs = [{ longS: 3_600, shortS: 300, factor: 14.4, severity: 'critical' }];
  const watch = watching({ kind: 'burn_rate', metric: 'mcp_tool_error_rate', slo: '99%', groupBy: ['tool'], pairs });
  await watch.judgeAll(1, 35);
  expect((await watch.told('pagerduty')).map((line) => line.split(' ')[1])).toEqual(['trigger', 'resolve']);
  const [first] = await watch.notices();
  expect(first).toMatchObject({
    labels: { tool: 'search' },
    measure: { statistic: 'burn rate', reference: 14.4, windowS: 3_600, burn: { shortS: 300, slo: 0.99 } },
  });
}, 120_000);

it('what used to come and does not is an incident until it comes again, or nobody expects it any more', async () => {
  await store(0, 10, () => 100);
  await store(40, 45, () => 100);
  const watch = watching({ kind: 'absence', metric: 'mcp_tool_duration', noDataTimeoutS: 600, forgetAfterS: 3_600, groupBy: ['tool'] });
  await watch.judgeAll(1, 50);
  expect(await watch.told()).toEqual(['20 trigger', expect.stringMatching(/^4\d resolve recovered$/)]);
  expect((await watch.notices())[0]).toMatchObject({ headline: 'No data of mcp_tool_duration for 10 min', labels: { tool: 'search' } });
  await watch.judgeAll(51, 106);
  // Until there were fewer than a hundred within the hour.
  const told = (await watch.told()).filter((line) => !line.includes('remind'));
  expect(told.slice(2)).toEqual(['55 trigger opened again', '101 resolve gone for good, no longer expected']);
}, 120_000);

it('a rule that says so tells missing data as an incident of its own, under its own id, labels and channels', async () => {
  await store(0, 10, () => 4_000);
  await store(40, 60, () => 200);
  const watch = watching({ ...slow, onNoData: 'alert', noDataTimeoutS: 600, channels: ['slack'], groupBy: ['tool'] });
  await watch.judgeAll(1, 55);
  const told = (await watch.notices()).filter(({ kind }) => kind === 'trigger' || kind === 'resolve');
  const incidents = Map.groupBy(told, ({ incident }) => incident.id);
  expect([...incidents.values()].map((notices) => notices.length)).toEqual([2, 2]);
  for (const notice of told) expect(notice).toMatchObject({ rule: { id: 'rule-0' }, labels: { tool: 'search' }, severity: 'critical' });
  expect(told.filter(({ headline }) => headline === 'No data of mcp_tool_duration_p95 for 10 min')).toHaveLength(2);
  // People have one message of the rule.
  expect((await watch.told('slack')).map((line) => line.split(' ')[1])).toEqual(['trigger', 'update', 'resolve']);
  expect(await watch.told('pagerduty')).toEqual([]);
}, 120_000);

it('judges afterwards what could not be asked, as if it had been', async () => {
  await store(0, 40, (minute) => (minute < 8 ? 4_000 : 200));
  const watch = watching(slow);
  await watch.judge(1);
  await house.warehouse.run('RENAME TABLE rum_1m TO rum_1m_away');
  expect((await watch.judge(2)).map(({ rule }) => rule.id)).toEqual(['rule-0']);
  expect(await watch.notices()).toEqual([]);
  await house.warehouse.run('RENAME TABLE rum_1m_away TO rum_1m');
  expect(await watch.judge(6)).toEqual([]);
  expect(await watch.told()).toEqual(['2 trigger']);
}, 120_000);
