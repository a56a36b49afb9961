import { clusterStatements, keeperPath } from './cluster-tables.ts';

/** Where a migration is applied to, and how long its tables keep rows. */
export interface MigrationTarget {
  /** Absent: one engine without replicas, whose disk is the only copy. */
  readonly cluster?: string;
  readonly rawDays: number;
  readonly minuteDays: number;
  readonly hourDays: number;
}

/** Blocks whose tokens a table remembers: blocks in flight, times days a block may touch, times 10. */
const windowBlocks = 10_000;
/** As long as the stream keeps messages that may be inserted again. */
const windowSeconds = 7 * 24 * 3600;

/**
 * For a table whose only copy is on this disk, on a small machine. A merged part replaces parts that were synced, and the
 * in-process engine removes those at once, so it has to be synced as well. Wider merges of small blocks and no column
 * statistics (nothing here joins) save a third of the CPU per row at 1,000 rows a block.
 */
const onlyCopy = [
  'fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1',
  "merge_selector_base = 15, auto_statistics_types = ''",
].join(', ');

/**
 * For a replicated table: Keeper keeps its log of parts on disk, so a part it knows of has to be there too when the power
 * comes back. Parts that were merged stay for eight minutes (old_parts_lifetime), by when the result has reached the disk.
 */
const knownToKeeper = 'fsync_after_insert = 1, fsync_part_directory = 1';

/** Later than this an end of retention does not fit a DateTime (2106), wraps, and every row is too old at once. */
const maxDays = 18_250;

/** The statements of a migration for one target. Throws on a placeholder it does not know. */
export function renderMigration(sql: string, target: MigrationTarget): string[] {
  const { cluster } = target;
  if (cluster !== undefined && !/^[\w-]+$/.test(cluster)) throw new RangeError('the name of a cluster has letters, digits, - and _ only');
  const statements = sql
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.replaceAll(/^--.*\n/gm, '').trim())
    .filter((statement) => statement !== '')
    .map((statement) => statement.replaceAll(/\{\{(.+?)\}\}/g, (_, placeholder: string) => fillIn(placeholder, statement, target)));
  return cluster === undefined ? statements : statements.flatMap((statement) => clusterStatements(statement, cluster));
}

function fillIn(placeholder: string, statement: string, target: MigrationTarget): string {
  const replicated = target.cluster !== undefined;
  const engine = /^(\w*MergeTree)(?:\((.*)\))?$/.exec(placeholder);
  if (engine) return replicated ? replicatedEngine(statement, engine[1]!, engine[2]) : placeholder;
  switch (placeholder) {
    case 'on_cluster':
      return replicated ? `ON CLUSTER \`${target.cluster}\`` : '';
    case 'window':
      return replicated
        ? `replicated_deduplication_window = ${windowBlocks}, replicated_deduplication_window_seconds = ${windowSeconds}`
        : `non_replicated_deduplication_window = ${windowBlocks}`;
    case 'durable':
      return `, ${replicated ? knownToKeeper : onlyCopy}`;
    case 'raw_days':
      return daysText(target.rawDays);
    case 'minute_days':
      return daysText(target.minuteDays);
    case 'hour_days':
      return daysText(target.hourDays);
    default:
      throw new Error(`a migration has the unknown placeholder {{${placeholder}}}`);
  }
}

function replicatedEngine(statement: string, engine: string, engineArguments: string | undefined): string {
  const [, table] = /^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/.exec(statement) ?? [];
  if (table === undefined) throw new Error(`an engine stands in what does not create a table: ${statement.slice(0, 80)}`);
  const rest = engineArguments === undefined ? '' : `, ${engineArguments}`;
  return `Replicated${engine}('${keeperPath(table)}', '{replica}'${rest})`;
}

function daysText(days: number): string {
  if (!Number.isInteger(days) || days < 1 || days > maxDays) throw new RangeError(`retention must be 1 to ${maxDays} days, not ${days}`);
  return String(days);
}
