/** The table on each server that holds what that server keeps of it; under the plain name all shards are read. */
export function localTable(table: string): string {
  return `${table}_local`;
}

/**
 * Where the replicas of a table find each other in Keeper. Not the engine's default, which holds the table's UUID: a replica
 * that is added later runs the same statement on its own, gets another UUID and would stand alone with an empty table.
 */
export function keeperPath(table: string): string {
  return `/clickhouse/tables/{shard}/{database}/${table}`;
}

/**
 * What a statement written for one engine becomes on a cluster: tables hold rows under their local names, materialised views
 * read and write on the same server, and a Distributed table for reading stands under each plain name.
 */
export function clusterStatements(statement: string, cluster: string): string[] {
  if (!statement.includes(` ON CLUSTER \`${cluster}\``)) throw new Error(`a statement lacks {{on_cluster}}: ${opening(statement)}`);
  const kind = kinds.find(({ opens }) => opens.test(statement));
  if (!kind) throw new Error(`it is not written down what this becomes on a cluster: ${opening(statement)}`);
  return kind.becomes(statement, cluster);
}

interface Kind {
  readonly opens: RegExp;
  readonly becomes: (statement: string, cluster: string) => string[];
}

const created = /^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/;
const altered = /^ALTER TABLE (\w+)/;
const dropped = /^DROP TABLE (?:IF EXISTS )?(\w+)/;

const kinds: readonly Kind[] = [
  {
    opens: created,
    becomes: (statement, cluster) => {
      const local = withLocalName(statement, created).replace(/ AS (\w+) ENGINE/, (_, like: string) => ` AS ${localTable(like)} ENGINE`);
      // Nothing can be read from a table that keeps nothing.
      return / ENGINE = Null\b/.test(statement) ? [local] : [local, reader(nameIn(statement, created), cluster)];
    },
  },
  {
    opens: /^CREATE MATERIALIZED VIEW /,
    becomes: (statement) => [
      statement.replaceAll(/\b(TO|FROM|JOIN) (\w+)\b/g, (_, word: string, name: string) => `${word} ${localTable(name)}`),
    ],
  },
  {
    opens: altered,
    becomes: (statement, cluster) => {
      const local = withLocalName(statement, altered);
      return / COLUMN /.test(statement) ? [local, reader(nameIn(statement, altered), cluster)] : [local];
    },
  },
  { opens: dropped, becomes: (statement) => [statement, withLocalName(statement, dropped)] },
  // They read under the plain names, so from all shards.
  { opens: /^(CREATE OR REPLACE|DROP) VIEW /, becomes: (statement) => [statement] },
];

/** Made anew whenever the columns change: it keeps nothing. Without a sharding key nobody writes through it by mistake. */
function reader(table: string, cluster: string): string {
  const local = localTable(table);
  return `CREATE OR REPLACE TABLE ${table} ON CLUSTER \`${cluster}\` AS ${local} ENGINE = Distributed('${cluster}', currentDatabase(), '${local}')`;
}

function withLocalName(statement: string, pattern: RegExp): string {
  return statement.replace(pattern, (head, name: string) => `${head.slice(0, -name.length)}${localTable(name)}`);
}

function nameIn(statement: string, pattern: RegExp): string {
  return pattern.exec(statement)![1]!;
}

function opening(statement: string): string {
  return statement.slice(0, 80);
}
