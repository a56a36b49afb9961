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

/** The statements of a migration for one target. Throws on a placeholder it does not know. */
export function renderMigration(sql: string, target: MigrationTarget): string[] {
  const text = sql.replaceAll(/\{\{(.+?)\}\}/g, (_, placeholder: string) => valueOf(placeholder, target));
  return text
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.replaceAll(/^--.*\n/gm, '').trim())
    .filter((statement) => statement !== '');
}

function valueOf(placeholder: string, target: MigrationTarget): string {
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
      return replicated ? '' : ', fsync_after_insert = 1, fsync_part_directory = 1';
    case 'raw_days':
      return String(target.rawDays);
    case 'minute_days':
      return String(target.minuteDays);
    case 'hour_days':
      return String(target.hourDays);
    default:
      throw new Error(`a migration has the unknown placeholder {{${placeholder}}}`);
  }
}
