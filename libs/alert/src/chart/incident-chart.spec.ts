import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadImage } from '@napi-rs/canvas';
import { pino } from 'pino';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import { EmbeddedAlertState, ManualClock, SystemClock } from '#platform';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { changeOf, pendingOf, recallOne } from '../alert-book.ts';
import { EmailChannel } from '../channels/email/email-channel.ts';
import { RecordingSmtp } from '../channels/email/recording-smtp.contract.ts';
import { soleDeliverer } from '../delivery/sole-deliverer.contract.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Notice } from '../notices/notice.ts';
import { isMeasured, type MeasuredRule } from '../rules/rule.ts';
import { ruleBookOf } from '../rules/rule-book.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { type ChartParts, incidentChart, noticeChart } from './incident-chart.ts';
import { Painter } from './painter.ts';
import { minuteMs } from './sample-picture.contract.ts';

/** A full hour, some hours ago. */
const start = Math.floor(Date.now() / 3_600_000 - 6) * 3_600_000;
const at = (minute: number) => start + minute * minuteMs;

const rule = ruleOf(
  alertRuleSchema.parse({
    ...{ id: 'slow-tools', name: 'Slow <tool> calls', metric: 'mcp_tool_duration_p95', condition: 'above', threshold: '2.5 s' },
    ...{ minSamples: 5, groupBy: ['tool'], severity: 'critical' },
  }) as AlertRuleConfig,
);
if (!isMeasured(rule)) throw new Error('it measures');

const incident: Incident = {
  ...{ id: 'f3a1-2026-05-1', project: 'default', rule: { id: rule.id, name: rule.name }, instance: 'f3a1', labels: { tool: 'search' } },
  ...{ severity: 'critical', openedAt: at(42), detectedAt: at(43) + 7_000, resolvedAt: null, reason: '', peak: 4_000, headline: null },
  measure: {
    ...{ metric: 'mcp_tool_duration_p95', statistic: 'p95', unit: 'ms', comparison: 'above' },
    ...{ value: 4_000, reference: 2_500, samples: 50, windowS: 300 },
  },
  ...{ acknowledged: null, seq: 1, channels: ['mail'], held: null, remindedAt: null },
};
const notice: Notice = {
  ...{ kind: 'trigger', project: 'default', labels: incident.labels, severity: 'critical', reason: '', at: at(43) },
  ...{ incident: { id: incident.id, openedAt: at(42) }, rule: incident.rule, measure: incident.measure! },
};

let house: TemporaryWarehouse;
let parts: ChartParts;
let clock: ManualClock;
const write = async (changed: Incident, ended = false) => {
  const kept = await recallOne(parts.state, 'incident', changed.id);
  await parts.state.write({
    at: clock.now(),
    changes: [changeOf('incident', { project: 'default', id: changed.id, ended }, kept, changed)],
  });
};
const rules = (...watched: readonly MeasuredRule[]) => ({
  current: async () => ({ ...ruleBookOf([], []), watched: watched.map((rule) => ({ project: 'default', rule })) }),
});

beforeAll(async () => {
  house = await openTemporaryWarehouse();
  const rows = Array.from({ length: 60 }, (_, minute) =>
    Array.from({ length: 10 }, (_, call) => ({
      ...{ ts: at(minute) + call * 5_000, value: (minute < 40 ? 1_200 : 4_000) + 10 * call },
      ...{ metric: 'mcp-tool-execution', tool: 'search' },
    })),
  );
  await storeRows(house.warehouse, rows.flat());
  clock = new ManualClock(at(50) + 20_000);
  const state = new EmbeddedAlertState(house.warehouse, clock);
  const links = { houseUrl: 'https://house.example.com', secret: 'a secret of sixteen' };
  parts = { state, warehouse: house.warehouse, clock, rules: rules(rule), painter: new Painter(), links };
  await write(incident);
});
afterAll(() => house.close());

describe('the chart of an incident', () => {
  it('is a picture, in words too, with its address', async () => {
    const chart = (await incidentChart(parts, incident.id))!;
    const { width, height } = await loadImage(chart.png);
    expect([width, height]).toEqual([1_280, 520]);
    expect(chart.alt).toMatch(
      /^Slow <tool> calls \(tool=search\): Tool call, p95 over 5 min from .* UTC to \d\d:50, at worst 4\.\d+ s, 4\.\d+ s at the end/,
    );
    expect(chart.alt).toMatch(/, critical > 2\.5 s, fired \d\d:43$/);
    expect(chart.url).toMatch(
      /^https:\/\/house\.example\.com\/api\/alerts\/incidents\/f3a1-2026-05-1\/chart\.png\?until=\d+&sig=[\w-]{43}$/,
    );
  });

  it('has no address in a house without one', async () => {
    const { links: _, ...noLinks } = parts;
    expect(await incidentChart(noLinks, incident.id)).not.toHaveProperty('url');
  });

  it('is none of an incident that nobody knows, of a rule that is gone, and of nothing measured', async () => {
    expect(await incidentChart(parts, 'nobody')).toBeNull();
    expect(await incidentChart({ ...parts, rules: rules() }, incident.id)).toBeNull();
    await write({ ...incident, id: 'other', labels: { tool: 'never-called' } });
    expect(await incidentChart(parts, 'other')).toBeNull();
  });

  it('goes on a little after the end, also where only the journal knows it', async () => {
    await write({ ...incident, id: 'over', resolvedAt: at(45) }, true);
    expect(await recallOne(parts.state, 'incident', 'over')).toBeUndefined();
    expect((await incidentChart(parts, 'over'))!.alt).toMatch(/ to \d\d:50,.*, resolved \d\d:45$/);
    clock = new ManualClock(at(300));
    expect((await incidentChart({ ...parts, clock }, 'over'))!.alt).toMatch(/ to \d\d:55,/);
  });
});

describe('the chart of a notice', () => {
  const signal = new AbortController().signal;

  it('ends where the notice was decided, whatever came after it', async () => {
    expect((await noticeChart(parts, notice, signal))!.alt).toMatch(/ to \d\d:43,.*, fired \d\d:43$/);
    expect((await noticeChart(parts, { ...notice, kind: 'ack', at: at(46) + 10_000 }, signal))!.alt).toMatch(/ to \d\d:45,/);
  });

  it('is none where nobody waits for it any more', async () => {
    await expect(noticeChart(parts, notice, AbortSignal.abort(new Error('too late')))).rejects.toThrow();
  });

  it('of a change shows where it came from', async () => {
    const change = ruleOf(
      alertRuleSchema.parse({
        ...{ id: 'slower', metric: 'mcp_tool_duration_p95', condition: 'increasing', minSamples: 5, groupBy: ['tool'] },
      }) as AlertRuleConfig,
    ) as MeasuredRule;
    const measure = { ...incident.measure!, comparison: 'increasing' as const, reference: 1_290 };
    const told = { ...notice, rule: { id: 'slower', name: 'slower' }, measure };
    expect((await noticeChart({ ...parts, rules: rules(change) }, told, signal))!.alt).toMatch(
      /p95 over 1 min .*\+20 %: 1\.55 s, before: 1\.29 s/,
    );
  });

  it('travels with it in a mail', async () => {
    const smtp = await RecordingSmtp.start();
    const channel = new EmailChannel('mail', { smtpUrl: `smtp://${smtp.host}`, from: 'a@house.example.com', to: ['ada@example.com'] });
    const deliverer = soleDeliverer({
      ...{ state: parts.state, clock: new SystemClock(), log: pino({ level: 'silent' }) },
      ...{ channels: new Map([['mail', { channel, fallback: [] }]]), chartOf: (told, aborting) => noticeChart(parts, told, aborting) },
    });
    const pending = pendingOf({ channel: 'mail', seq: 1, notice }, { now: clock.now(), dueAt: clock.now(), digest: false });
    await parts.state.write({
      at: clock.now(),
      changes: [changeOf('delivery', { project: 'default', id: pending.delivery.id }, undefined, pending)],
    });
    deliverer.start();
    while (smtp.mails.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await deliverer.stop();
    await smtp.close();
    const [mail] = smtp.mails;
    const [[cid, image]] = [...mail!.images] as [[string, { type: string; bytes: Buffer }]];
    expect(mail!.html).toContain(`src="cid:${cid}"`);
    expect([image.type, (await loadImage(image.bytes)).width]).toEqual(['image/png', 1_280]);
  });
});
