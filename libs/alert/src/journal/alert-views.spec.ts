import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EmbeddedAlertState, SystemClock } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import type { Incident } from '../incidents/incident.ts';

const minute = Math.floor(Date.now() / 60_000) * 60_000;
let house: TemporaryWarehouse;
let state: EmbeddedAlertState;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  state = new EmbeddedAlertState(house.warehouse, new SystemClock());
});
afterAll(() => house.close());

const measure = {
  ...{ metric: 'mcp_tool_duration_p95', statistic: 'p95', unit: 'ms', comparison: 'above', value: 3_120.5, reference: 2_500 },
  ...{ samples: 412, windowS: 300 },
};
const opened = {
  ...{ id: 'a-1', project: 'shop', rule: { id: 'slow', name: 'Slow tools' }, labels: { tool: 'search', app: 'x' }, severity: 'critical' },
  ...{
    openedAt: minute,
    detectedAt: minute + 5_000,
    resolvedAt: null,
    reason: '',
    peak: 3_500,
    measure,
    headline: null,
    acknowledged: null,
  },
  ...{ channels: ['pager'], held: null },
};
const by = { by: 'ada', at: minute + 60_000, until: minute + 3_600_000 };

async function keep(project: string, id: string, ...states: readonly Partial<Record<keyof Incident, unknown>>[]): Promise<void> {
  for (const [version, changes] of states.entries())
    await state.write({
      at: minute,
      changes: [{ project, kind: 'incident', id, version, body: JSON.stringify({ ...opened, id, project, ...changes }) }],
    });
}

it('alerts has a row for each incident as it is now, and knows who acknowledged it after that has ended', async () => {
  const over = { acknowledged: null, resolvedAt: minute + 120_000, reason: 'recovered', severity: 'warning' };
  await keep('shop', 'a-1', {}, { acknowledged: by }, over);
  await keep('other', 'b-1', { held: 'silenced', peak: null, measure: null, headline: 'a budget is broken' });
  const rows = await house.warehouse.ask({
    sql: `SELECT * REPLACE (toUnixTimestamp64Milli(opened_at) AS opened_at, toUnixTimestamp64Milli(detected_at) AS detected_at,
  toUnixTimestamp64Milli(resolved_at) AS resolved_at, toUnixTimestamp64Milli(acknowledged_at) AS acknowledged_at) FROM alerts ORDER BY project DESC`,
  });
  const shared = { rule: 'slow', rule_name: 'Slow tools', labels: { tool: 'search', app: 'x' } };
  const times = { opened_at: String(minute), detected_at: String(minute + 5_000) };
  expect(rows).toEqual([
    {
      ...{
        project: 'shop',
        incident: 'a-1',
        ...shared,
        ...times,
        severity: 'warning',
        state: 'resolved',
        resolved_at: String(minute + 120_000),
      },
      ...{ reason: 'recovered', headline: '', acknowledged_by: 'ada', acknowledged_at: String(minute + 60_000), held: '' },
      ...{ metric: 'mcp_tool_duration_p95', statistic: 'p95', value: 3_120.5, reference: 2_500, samples: '412', peak: 3_500 },
    },
    {
      ...{ project: 'other', incident: 'b-1', ...shared, ...times, severity: 'critical', state: 'open', resolved_at: null },
      ...{ reason: '', headline: 'a budget is broken', acknowledged_by: '', acknowledged_at: null, held: 'silenced' },
      ...{ metric: '', statistic: '', value: null, reference: null, samples: '0', peak: null },
    },
  ]);
});

it('alert_notices has a row for each attempt, once', async () => {
  const attempt = {
    incident: 'a-1',
    channel: 'pager',
    kind: 'trigger',
    seq: 1,
    attempt: 1,
    status: 503,
    tookMs: 12,
    result: 'later',
    reason: 'HTTP 503',
  };
  const record = (id: string, changes: object) => ({
    project: 'shop',
    kind: 'attempt',
    id,
    body: JSON.stringify({ ...attempt, ...changes }),
  });
  const told = record('a-1.pager.1:2', {
    attempt: 2,
    result: 'delivered',
    status: 202,
    reason: undefined,
    answer: 'ok',
    insteadOf: 'slack',
  });
  for (const records of [[record('a-1.pager.1:1', {})], [told], [told]]) await state.write({ at: minute, changes: [], records });
  const rows = await house.warehouse.ask({ sql: 'SELECT * EXCEPT at FROM alert_notices ORDER BY attempt' });
  const shared = { project: 'shop', incident: 'a-1', channel: 'pager', kind: 'trigger', seq: 1, took_ms: 12 };
  expect(rows).toEqual([
    { ...shared, attempt: 1, result: 'later', status: 503, answer: 'HTTP 503', instead_of: '' },
    { ...shared, attempt: 2, result: 'delivered', status: 202, answer: 'ok', instead_of: 'slack' },
  ]);
});
