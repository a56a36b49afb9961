/** Settings every session starts with. */
const sessionDefaults = {
  // A server's defaults where the in-process engine has its own.
  implicit_select: 0,
  allow_introspection_functions: 0,
  log_queries: 0,
  query_profiler_real_time_period_ns: 0,
  query_profiler_cpu_time_period_ns: 0,
};

const MiB = 2 ** 20;

export interface ServerLimits {
  /** Bytes all queries, inserts and caches of this process may take together. */
  readonly memoryBytes: number;
}

/**
 * Arguments of the engine: settings of sessions, then, behind `--`, configuration of the server. Caches are bounded,
 * because their defaults (5 GiB each) are meant for a machine of their own.
 */
export function serverArguments({ memoryBytes }: ServerLimits): string[] {
  const server = {
    max_server_memory_usage: memoryBytes,
    mark_cache_size: 64 * MiB,
    primary_index_cache_size: 64 * MiB,
    index_mark_cache_size: 16 * MiB,
    query_condition_cache_size: 8 * MiB,
    compiled_expression_cache_size: 16 * MiB,
    // Where the process may set it (CAP_SYS_NICE), merging gives way to inserts and questions.
    os_threads_nice_value_merge_mutate: 5,
  };
  return [...argumentsOf(sessionDefaults), '--', ...argumentsOf(server)];
}

function argumentsOf(values: Readonly<Record<string, number>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
