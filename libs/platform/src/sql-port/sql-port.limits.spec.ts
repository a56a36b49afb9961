import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SqlPortRig, secret } from './sql-port-rig.contract.ts';

let rig: SqlPortRig;

beforeAll(async () => {
  rig = await SqlPortRig.open({ limits: { seconds: 3 } });
});
afterAll(() => rig.close());

describe('a query of death', () => {
  it.each([
    ['a trillion numbers', 'SELECT sum(number) FROM numbers(1000000000000)', '158'],
    ['an endless table', 'SELECT count() FROM system.numbers WHERE sipHash64(number) = 1', '159'],
    ['a cartesian product', 'SELECT count() FROM numbers(1000000) AS a, numbers(1000000) AS b WHERE a.number + b.number = 3', '159'],
    ['a huge array', 'SELECT length(groupArray(toString(number))) FROM numbers(900000000)', /241|159/],
    ['many groups', 'SELECT toString(number) AS k, count() FROM numbers(900000000) GROUP BY k LIMIT 1', /241|159/],
    ['a long array', 'SELECT length(range(100000000000))', /./],
    ['endless recursion', 'WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t', /./],
  ])('ends within its limits: %s', async (_, sql, code) => {
    const response = await rig.ask(sql);
    await response.text();
    expect(response.headers.get('x-clickhouse-exception-code')).toMatch(code);
  });
  it('does not hold up an insert, and the queue behind it is bounded', async () => {
    const short = await rig.openPort({ limits: { seconds: 1, slots: 4, queue: 16 } });
    const slow = 'SELECT count() FROM numbers(900000000) WHERE sipHash64(number) = 1';
    const questions = Array.from({ length: 22 }, () =>
      fetch(short.base, { method: 'POST', body: slow }).then(async (response) => [response.status, (await response.text()).slice(0, 9)]),
    );
    await rig.untilRunning('sipHash64');
    let settled = 0;
    for (const question of questions) void question.then(() => (settled += 1));
    const inserted = await rig.ask('INSERT INTO other.rum FORMAT CSV\nx\n', { headers: { 'X-ClickHouse-Key': secret } });
    expect([inserted.status, settled < 22]).toEqual([200, true]);
    const answers = await Promise.all(questions);
    expect(answers.filter(([status]) => status === 429)).toEqual([
      [429, 'Code: 202'],
      [429, 'Code: 202'],
    ]);
    expect(answers.filter(([status]) => status === 408 || status === 200).length).toBe(20);
    await short.close();
  });
});
