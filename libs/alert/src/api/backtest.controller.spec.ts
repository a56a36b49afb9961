import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import { Clock, closeHttpApp, createHttpApp, SystemClock, Warehouse } from '#platform';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import type { BacktestReport } from '../backtest/backtest.ts';
import { BacktestController, BacktestOptions } from './backtest.controller.ts';

const minute = 60_000;
const begin = Math.floor(Date.now() / minute) * minute - 120 * minute;
const rule = { id: 'slow', metric: 'LCP', condition: 'above', threshold: '2.5 s', minSamples: 5, severity: 'critical' };
const saved = alertRuleSchema.parse({ ...rule, threshold: '9 s' }) as AlertRuleConfig;

let house: TemporaryWarehouse;
let app: NestFastifyApplication;
let url: string;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
  const values = Array.from({ length: 60 }, (_, at) => (at >= 20 && at < 40 ? 4_000 : 900));
  await storeRows(
    house.warehouse,
    values.flatMap((value, at) => Array.from({ length: 10 }, (_, i) => ({ ts: begin + at * minute + i, value }))),
  );
  const providers = [
    { provide: Warehouse, useValue: house.warehouse },
    { provide: Clock, useValue: new SystemClock() },
    { provide: BacktestOptions, useValue: { projects: ['default'], savedRules: async () => [saved] } },
  ];
  @Module({ controllers: [BacktestController], providers })
  class TestModule {}
  app = await createHttpApp({ module: TestModule, log: pino({ level: 'silent' }), connections: 10, connectionsPerAddress: 10 });
  await app.listen(0, '127.0.0.1');
  url = `${await app.getUrl()}/api/alerts/rules/backtest`;
});
afterAll(async () => {
  await closeHttpApp(app);
  await house.close();
});

async function ask(body: unknown, signal?: AbortSignal) {
  const answer = await fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
  const told = (await answer.json()) as BacktestReport & { readonly error: { code: string; field: string; message: string } };
  return { status: answer.status, body: told };
}
const hour = { from: begin, to: begin + 60 * minute };

describe('a backtest over HTTP', () => {
  it('answers what a rule would have done, beside the saved one', async () => {
    const { status, body } = await ask({ rule, project: 'default', ...hour });
    expect([status, body.pages, body.incidents.length]).toEqual([200, 1, 1]);
    expect(body.difference).toMatchObject({ kept: 0, pagesBefore: 0, gained: [{ severity: 'critical' }] });
  });

  it.each([
    ['no JSON', 'body', /is no JSON/],
    [{ project: 'default' }, 'rule', /rule: /],
    [{ rule: { ...rule, threshold: '3 furlongs' }, project: 'default' }, 'rule.threshold', /of LCP is a number/],
    [{ rule: { id: 'b', kind: 'budget' }, project: 'default' }, 'rule.kind', /cannot be tried/],
    [{ rule, project: 'other' }, 'project', /is one of default/],
    [{ rule, project: 'default', from: 2, to: 1 }, 'from', /is before to/],
    [{ rule, project: 'default', from: 0 }, 'from', /at most 400 days/],
    [{ rule, project: 'default', stepS: 1 }, 'stepS', /60/],
    [{ rule, project: 'default', pace: 1 }, 'pace', /pace/],
  ])('refuses %j and names the field', async (given, field, message) => {
    const { status, body } = await ask(given);
    expect([status, body.error.field]).toEqual([400, field]);
    expect(body.error.message).toMatch(message);
  });

  it('refuses a body without end', async () => {
    expect((await ask(JSON.stringify({ rule, note: 'x'.repeat(70_000) }))).status).toBe(413);
  });

  it('works on one at a time, and on none for a client that has left', async () => {
    const leaving = new AbortController();
    const long = { rule: { ...rule, windowS: 86_400 }, project: 'default', from: begin - 20 * 1_440 * minute, to: begin + 60 * minute };
    const left = ask(long, leaving.signal).catch((error: Error) => error.name);
    let answer = await ask({ rule, project: 'default', ...hour });
    while (answer.status !== 429) answer = await ask({ rule, project: 'default', ...hour });
    expect(answer.body.error.code).toBe('backtest_running');
    leaving.abort();
    expect(await left).toBe('AbortError');
    while (answer.status === 429) answer = await ask({ rule, project: 'default', ...hour });
    expect(answer.status).toBe(200);
  }, 60_000);
});
