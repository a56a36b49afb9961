import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedWarehouse } from '#platform';
import { ReportApp } from '../../../../test/seed/report-app.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';

let house: TemporaryWarehouse;
beforeAll(async () => {
  house = await openTemporaryWarehouse();
});
afterAll(() => house.close());

async function ask(warehouse: EmbeddedWarehouse, url: string) {
  const api = await ReportApp.over(warehouse);
  const answer = await api.get(url);
  await api.close();
  return answer;
}

describe('a question', () => {
  it('that needs more than its limits is 422 and says what to narrow', async () => {
    await house.warehouse.run(`INSERT INTO rum_events (tenant, metric, ts, value, rating, device)
      SELECT 'default', 'LCP', now64(3) - 60, number, 'good', toString(number) FROM numbers(200000)`);
    const narrow = new EmbeddedWarehouse(house.engine, { questionMemoryBytes: 1_000_000 });
    const { status, body } = await ask(narrow, '/api/metrics/LCP/breakdown?by=device&window=1h');
    expect([status, body.error.code, body.error.field]).toEqual([422, 'question_too_heavy', 'window']);
  });

  it('that fails for reasons of our own is 500 under an id, without a word of the insides', async () => {
    await house.warehouse.run('RENAME TABLE outcomes_1m TO outcomes_away');
    const { status, body, text } = await ask(house.warehouse, '/api/ledger');
    await house.warehouse.run('RENAME TABLE outcomes_away TO outcomes_1m');
    expect([status, body.error.code]).toEqual([500, 'internal']);
    expect(text).not.toMatch(/outcomes|SELECT|UNKNOWN_TABLE/);
  });

  it('to a warehouse that is closing is 503 and says when to come back', async () => {
    const leaving = new EmbeddedWarehouse(house.engine);
    await leaving.close();
    const { status, body, headers } = await ask(leaving, '/api/metrics/LCP');
    expect([status, body.error.code, headers['retry-after']]).toEqual([503, 'warehouse_busy', '2']);
    house = await openTemporaryWarehouse();
  });
});
