const hourMs = 3_600_000;

export interface SlowHours {
  readonly project: string;
  /** In hours since 1970: the last one with samples. */
  readonly lastHour: number;
  readonly days: number;
  /** Samples an hour of each metric on each route. */
  readonly samples: number;
  readonly metrics: readonly string[];
  readonly routes: readonly string[];
  /** The first metric takes 60 % longer from the one hour on, until the other begins. */
  readonly slow: readonly [from: number, until: number];
}

/** A statement that stores durations of the days up to an hour. The same hours give the same rows. */
export function slowHoursRows({ project, lastHour, days, samples, metrics, routes, slow }: SlowHours): string {
  const list = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`;
  const uniform = (salt: number) => `(cityHash64(number, ${salt}) / 18446744073709551616.)`;
  const hours = days * 24 + 1;
  const series = metrics.length * routes.length;
  return `INSERT INTO rum_events (tenant, app, env, metric, ts, value, route, tool, device, country, weight, src_offset)
    WITH ${lastHour - hours + 1} + intDiv(number, ${samples * series}) AS hour, number % ${metrics.length} AS nth
    SELECT '${project}', 'shop', 'production', ${list(metrics)}[nth + 1],
      fromUnixTimestamp64Milli(toInt64(hour * ${hourMs} + ${uniform(1)} * ${hourMs - 1}), 'UTC'),
      1000 * exp(${uniform(2)} + ${uniform(3)} + ${uniform(4)}) * if(nth = 0 AND hour >= ${slow[0]} AND hour < ${slow[1]}, 1.6, 1),
      ${list(routes)}[intDiv(number, ${metrics.length}) % ${routes.length} + 1], 'unknown', 'mobile', 'DE', 1, number
    FROM numbers(${hours * samples * series}) SETTINGS max_partitions_per_insert_block = 1000`;
}
