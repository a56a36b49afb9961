import fc from 'fast-check';

const columns = ['*', '1', "'x'", '[1, 2]', 'NULL', '1.5', "map('a', 1)", 'x', 'file', 'value'];
const functions = [
  'toString',
  'identity',
  'tuple',
  'toTypeName',
  'count',
  'any',
  'ignore',
  'isNull',
  'groupArray',
  'array',
  'sumIf',
  'arrayMap',
];
const hostileFunctions = [
  'file',
  'FILE',
  '`file`',
  '"file"',
  'hostName',
  'dictGet',
  'joinGet',
  'getSetting',
  'url',
  'hidden',
  'f',
  'exists',
  'view',
];
const openTables = ['rum', 'rum AS r', 'default.rum', 'numbers(3)', 'deploys', 'a', 'system.columns', 'system.one'];
const hostileTables = [
  'hidden',
  'default.hidden',
  '`hidden`',
  'other.rum',
  'system.processes',
  "merge('default', 'h.*')",
  'view(SELECT * FROM hidden)',
  'loop(hidden)',
];
const tails = [
  '',
  '',
  '',
  ' FORMAT CSV',
  ' SETTINGS max_threads = 1',
  ' LIMIT 3',
  ' ORDER BY 1',
  ';',
  '; SELECT 1',
  " INTO OUTFILE 'x'",
  ' UNION ALL SELECT name FROM hidden',
];
const gaps = [' ', '\n', '\t', ' /* c */ ', ' -- c\n', '  '];

/** Questions made of open and forbidden parts, well formed more often than not. */
export function hostileGrammar({ file, url }: { file: string; url: string }): fc.Arbitrary<string> {
  const { question } = fc.letrec<{ expression: string; table: string; select: string; question: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4 },
      { arbitrary: fc.constantFrom(...columns, `'${file}'`, `'${url}'`), weight: 4 },
      { arbitrary: call(fc.constantFrom(...functions), tie('expression')), weight: 3 },
      { arbitrary: call(fc.constantFrom(...hostileFunctions), tie('expression')), weight: 1 },
      { arbitrary: tie('select').map((select) => `(${select})`), weight: 1 },
      {
        arbitrary: fc
          .tuple(tie('expression'), fc.constantFrom('hidden', '(hidden)', '(1, 2)', '(SELECT 1)'))
          .map(([left, right]) => `${left} IN ${right}`),
        weight: 1,
      },
      { arbitrary: tie('expression').map((body) => `x -> ${body}`), weight: 1 },
    ),
    table: fc.oneof(
      { maxDepth: 3 },
      { arbitrary: fc.constantFrom(...openTables), weight: 6 },
      { arbitrary: fc.constantFrom(...hostileTables, `url('${url}', 'LineAsString')`, `file('${file}', 'LineAsString')`), weight: 1 },
      { arbitrary: tie('select').map((select) => `(${select})`), weight: 2 },
      { arbitrary: fc.tuple(tie('table'), tie('table')).map(([left, right]) => `${left} CROSS JOIN ${right}`), weight: 1 },
    ),
    select: fc
      .tuple(
        withClause(tie('select'), tie('expression')),
        tie('expression'),
        fc.constantFrom('', ' AS x', ' AS file', ' AS hidden', ' APPLY(file)', ' APPLY toString'),
        tie('table'),
        fc.constantFrom(...gaps),
      )
      .map(([head, expression, alias, table, gap]) => `${head}SELECT${gap}${expression}${alias}${gap}FROM${gap}${table}${gap}`),
    question: fc.tuple(tie('select'), fc.constantFrom(...tails)).map(([select, tail]) => `${select}${tail}`),
  }));
  return question;
}

function call(name: fc.Arbitrary<string>, argument: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(name, fc.array(argument, { minLength: 1, maxLength: 2 })).map(([called, given]) => `${called}(${given.join(', ')})`);
}

function withClause(select: fc.Arbitrary<string>, expression: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constant(''), weight: 4 },
    {
      arbitrary: fc.tuple(fc.constantFrom('a', 'hidden', 'rum', '`file`'), select).map(([name, body]) => `WITH ${name} AS (${body}) `),
      weight: 1,
    },
    { arbitrary: expression.map((body) => `WITH (x -> ${body}) AS f `), weight: 1 },
  );
}
