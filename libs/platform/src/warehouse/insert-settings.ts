/** One INSERT is one block under one token, in the table and in every view fed from it; a block has at most 1,048,449 rows. */
export const insertSettings = {
  async_insert: 0,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  // A field without a column is somebody's mistake, and leaving it out would hide it.
  input_format_skip_unknown_fields: 0,
  // Threads for parsing pay off above 10 MiB only.
  input_format_parallel_parsing: 0,
  // Views give grouped rows, and young parts are small enough to be read whole: merging does both once, for many blocks.
  optimize_on_insert: 0,
  materialize_skip_indexes_on_insert: 0,
} as const;
