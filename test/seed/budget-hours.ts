import { randomUUID } from 'node:crypto';
import type { Warehouse } from '#platform';

/** A row of `budget_verdicts`, as the hourly job would store it: LCP that holds, where nothing else is said. `at` is a full hour. */
export async function storeBudgetHour(warehouse: Warehouse, at: number, changes: object): Promise<void> {
  const row = {
    ...{ tenant: 'default', hour: at / 1_000, budget: 'lcp', name: 'LCP', subject: {}, comparison: 'less_than', threshold: 2_500 },
    ...{ severity: 'error', outcome: 'passed', value: 1_200, hours: 1, samples: 100, change: 'none', since: 0 },
  };
  const rows = Buffer.from(`${JSON.stringify({ ...row, ...changes })}\n`);
  await warehouse.insert({ table: 'budget_verdicts', token: randomUUID(), rows });
}
