import { describe, expect, it } from '@jest/globals';
import { readInsert } from './insert-statement.ts';

describe('the head of an insert', () => {
  it.each([
    ['INSERT INTO t FORMAT CSV\n1,2', { table: 't', columns: undefined, format: 'CSV' }, '1,2'],
    ['insert into table t format JSONEachRow {"a":1}', { table: 't', format: 'JSONEachRow' }, '{"a":1}'],
    ['INSERT INTO db.t (a, `b c`) FORMAT TSV\n\n1', { table: 'db.t', columns: ['a', 'b c'] }, '\n1'],
    [
      "INSERT INTO t -- (x)\n SETTINGS async_insert = 0, insert_deduplication_token = 'a:b' FORMAT CSV\n",
      { settings: { async_insert: '0', insert_deduplication_token: 'a:b' } },
      '',
    ],
    ['INSERT INTO t (* EXCEPT(a)) FORMAT CSV\n', { table: 't', columns: null, target: 't (* EXCEPT(a))' }, ''],
    ["INSERT INTO FUNCTION file('x', 'CSV') FORMAT CSV\n", { table: undefined, target: "FUNCTION file('x', 'CSV')" }, ''],
    ['INSERT INTO t FORMAT CSV\n"FORMAT JSON"\n', { format: 'CSV' }, '"FORMAT JSON"\n'],
  ])('%j', (text, expected, data) => {
    const statement = readInsert(text);
    expect(statement).toMatchObject(expected);
    expect(text.slice(statement!.dataStart)).toBe(data);
  });
});

it.each([
  'SELECT 1 FORMAT CSV',
  'INSERT INTO t VALUES (1)',
  'INSERT INTO t SELECT 1 FORMAT CSV',
  "INSERT INTO t VALUES ('FORMAT CSV')",
  'INSERT INTO t',
  '',
])('is not %j', (text) => {
  expect(readInsert(text)).toBeUndefined();
});
