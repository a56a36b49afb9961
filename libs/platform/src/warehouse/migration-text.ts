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
/** Later than this an end of retention does not fit a DateTime (2106), wraps, and every row is too old at once. */
const maxDays = 18_250;

/** The statements of a migration for one target. Throws on a placeholder it does not know. */
export function renderMigration(sql: string, target: MigrationTarget): string[] {
  const text = sql.replaceAll(/\{\{(.+?)\}\}/g, (_, placeholder: string) => fillIn(placeholder, target));
  return text
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.replaceAll(/^--.*\n/gm, '').trim())
    .filter((statement) => statement !== '');
}

function fillIn(placeholder: string, target: MigrationTarget): string {
  const replicated = target.cluster !== undefined;
  if (/^\w*MergeTree\b/.test(placeholder)) return replicated ? `Replicated${placeholder}` : placeholder;
  switch (placeholder) {
    case 'on_cluster':
      return replicated ? `ON CLUSTER \`${target.cluster}\`` : '';
    case 'window':
      return replicated
        ? `replicated_deduplication_window = ${windowBlocks}, replicated_deduplication_window_seconds = ${windowSeconds}`
        : `non_replicated_deduplication_window = ${windowBlocks}`;
    case 'durable':
      return replicated ? '' : `, ${onlyCopy}`;
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

function daysText(days: number): string {
  if (!Number.isInteger(days) || days < 1 || days > maxDays) throw new RangeError(`retention must be 1 to ${maxDays} days, not ${days}`);
  return String(days);
}
