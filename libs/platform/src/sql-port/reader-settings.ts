import { EngineError, type EngineSettings } from '../engine/engine.ts';

export interface ReaderLimits {
  readonly seconds: number;
  /** Of one question. All slots together have to leave room for inserts in the engine's memory. */
  readonly memoryBytes: number;
  readonly rowsToRead: number;
  readonly resultRows: number;
  readonly resultBytes: number;
  readonly threads: number;
  /** Of files that a large GROUP BY or ORDER BY may spill to. */
  readonly spillBytes: number;
}

export const defaultReaderLimits: ReaderLimits = {
  seconds: 30,
  memoryBytes: 256 * 2 ** 20,
  rowsToRead: 1e9,
  resultRows: 10_000,
  resultBytes: 64 * 2 ** 20,
  threads: 1,
  spillBytes: 2 ** 30,
};

/** Settings that may be lowered from the address, with what they mean when they are 0: no limit. */
const lowerable = ['max_execution_time', 'max_memory_usage', 'max_rows_to_read', 'max_result_rows', 'max_result_bytes', 'max_threads'];

/** Settings that change how an answer looks or what NULL means, and reach nothing. */
const harmless =
  /^(output_format_(json|csv|tsv|pretty|native|binary|parquet|arrow|orc|markdown|decimal|values|sql_insert)_\w+|date_time_output_format|bool_(true|false)_representation|format_csv_delimiter|format_tsv_null_representation|format_csv_null_representation|join_use_nulls|group_by_use_nulls|transform_null_in|aggregate_functions_null_for_empty|session_timezone|extremes|limit|offset|result_overflow_mode|max_block_size|join_default_strictness|union_default_mode|prefer_column_name_to_alias|cast_keep_nullable|distinct_overflow_mode)$/;

/** Settings that clients send as a matter of course and that mean nothing here. */
const ignored =
  /^(readonly|log_queries|log_comment|use_query_cache|async_insert|wait_for_async_insert|allow_experimental_\w+|connect_timeout|send_timeout|receive_timeout)$/;

/** The settings of a person's question: the house's limits, lowered or dressed by the address. Throws READONLY for any other. */
export function readerSettings(limits: ReaderLimits, asked: Readonly<Record<string, string>>): EngineSettings {
  const settings: Record<string, string | number> = { ...limitSettings(limits) };
  for (const [name, value] of Object.entries(asked)) {
    if (ignored.test(name)) continue;
    if (lowerable.includes(name)) settings[name] = lower(Number(settings[name]), value);
    else if (harmless.test(name)) settings[name] = value;
    else throw new EngineError(`Cannot modify '${name}' setting in readonly mode`, 164, 'READONLY');
  }
  return { ...settings, readonly: 1 };
}

function limitSettings(limits: ReaderLimits): Record<string, string | number> {
  return {
    max_execution_time: limits.seconds,
    max_memory_usage: limits.memoryBytes,
    max_rows_to_read: limits.rowsToRead,
    max_result_rows: limits.resultRows,
    max_result_bytes: limits.resultBytes,
    max_threads: limits.threads,
    max_temporary_data_on_disk_size_for_query: limits.spillBytes,
    max_ast_elements: 50_000,
    max_subquery_depth: 100,
    timeout_overflow_mode: 'throw',
    allow_ddl: 0,
    allow_introspection_functions: 0,
  };
}

function lower(limit: number, value: string): number {
  const asked = Number(value);
  return Number.isFinite(asked) && asked > 0 ? Math.min(limit, asked) : limit;
}
