import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedAlertState, SystemClock } from '#platform';
import { storeRows } from '../../../../test/seed/rum-rows.ts';
import { openTemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import type { BacktestReport } from '../backtest/backtest.ts';
import { AlertApiHouse } from './alert-api-house.contract.ts';
import { backtestAnswer } from './backtest-answer.ts';

const minute = 60_000;
const begin = Math.floor(Date.now() / minute) * minute - 120 * minute;
const rule = { id: 'slow', metric: 'LCP', condition: 'above', threshold: '2.5 s', minSamples: 5, severity: 'critical' };

let house: AlertApiHouse;
let url: string;
beforeAll(async () => {
  const { warehouse, close } = await openTemporaryWarehouse();
  const clock = new SystemClock();
  house = await AlertApiHouse.over(
    { warehouse, clock, close, state: new EmbeddedAlertState(warehouse, clock) },
    { rules: [{ ...rule, threshold: '9 s' }] },
  );
  const values = Array.from({ length: 60 }, (_, at) => (at >= 20 && at < 40 ? 4_000 : 900));
  await storeRows(
    warehouse,
    values.flatMap((value, at) => Array.from({ length: 10 }, (_, i) => ({ ts: begin + at * minute + i, value }))),
  );
  url = `${await house.listen()}/api/alerts/rules/backtest`;
});
afterAll(() => house.close());

async function ask(body: unknown, { signal, query = '' }: { signal?: AbortSignal; query?: string } = {}) {
  const answer = await fetch(url + query, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
  const told = (await answer.json()) as BacktestReport & { readonly error: { code: string; field: string; message: string } };
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: told };
}
const hour = { from: begin, to: begin + 60 * minute };

describe('a backtest over HTTP', () => {
  it('answers what a rule would have done, beside the one of the file', async () => {
    const { status, body } = await ask({ rule, ...hour });
    expect([status, body.pages, body.incidents.length]).toEqual([200, 1, 1]);
    expect(body.difference).toMatchObject({ kept: 0, pagesBefore: 0, gained: [{ severity: 'critical' }] });
    expect(backtestAnswer.parse(body)).toEqual(body);
  });

  it('holds a rule against the one that was made by the API', async () => {
    const made = { ...rule, id: 'made', threshold: '3 s' };
    const { status } = await house.put('/api/alerts/rules/made', { version: 0, rule: made });
    expect(status).toBe(200);
    expect((await ask({ rule: made, ...hour })).body.difference).toMatchObject({ kept: 1, gained: [], lost: [] });
    expect((await ask({ rule: { ...rule, id: 'new' }, ...hour })).body.difference).toBeNull();
  });

  it.each([
    ['no JSON', 'body', /is not JSON/],
    [{}, 'rule', /rule: /],
    [{ rule: { ...rule, threshold: '3 furlongs' } }, 'rule.threshold', /of LCP is a number/],
    [{ rule: { id: 'b', kind: 'budget' } }, 'rule.kind', /cannot be tried/],
    [{ rule: { id: 'b', kind: 'self', about: 'pipeline' } }, 'rule.kind', /cannot be tried/],
    [{ rule: { ...rule, project: 'other' } }, 'rule.project', /is default/],
    [{ rule, from: 2, to: 1 }, 'from', /is before to/],
    [{ rule, from: 0 }, 'from', /at most 400 days/],
    [{ rule, stepS: 1 }, 'stepS', /60/],
    [{ rule, pace: 1 }, 'pace', /pace/],
  ])('refuses %j and names the field', async (given, field, message) => {
    const { status, body } = await ask(given);
    expect([status, body.error.field]).toEqual([400, field]);
    expect(body.error.message).toMatch(message);
  });

  it('knows no project that there is not, and takes no body without end', async () => {
    expect((await ask({ rule }, { query: '?project=none' })).status).toBe(404);
    expect((await ask(JSON.stringify({ rule, note: 'x'.repeat(70_000) }))).status).toBe(413);
  });

  it('changes nothing, and so is answered to whoever may ask', async () => {
    const audit = async () => (await house.get('/api/alerts/audit')).body.data;
    const before = await audit();
    const { status } = await house.post('/api/alerts/rules/backtest', { rule, ...hour }, { remoteAddress: '192.0.2.7' });
    expect(status).toBe(200);
    expect(await audit()).toEqual(before);
  });

  it('works on one at a time, and on none for a client that has left', async () => {
    const leaving = new AbortController();
    const long = { rule: { ...rule, windowS: 86_400 }, from: begin - 20 * 1_440 * minute, to: begin + 60 * minute };
    const left = ask(long, { signal: leaving.signal }).catch((error: Error) => error.name);
    let answer = await ask({ rule, ...hour });
    while (answer.status !== 429) answer = await ask({ rule, ...hour });
    expect([answer.body.error.code, answer.retryAfter]).toEqual(['quota_exceeded', '5']);
    leaving.abort();
    expect(await left).toBe('AbortError');
    while (answer.status === 429) answer = await ask({ rule, ...hour });
    expect(answer.status).toBe(200);
  }, 60_000);
});
