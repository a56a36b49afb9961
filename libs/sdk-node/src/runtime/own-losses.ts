import { diagnostics } from '../diagnostics.ts';
import type { Metric } from '../export/otlp-json.ts';
import type { RuntimeSource } from './runtime-source.ts';

/** What this package lost or did wrong since the last time: a house that gets less than was measured can see how much. */
export function watchOwnLosses(): RuntimeSource {
  let told: Readonly<Record<string, number>> = {};
  return {
    collect() {
      const { dropped, internalErrors } = diagnostics();
      const counts: Record<string, number> = { ...dropped, internal_error_swallowed: internalErrors };
      const points = Object.entries(counts)
        .map(([reason, count]) => ({ attributes: { reason }, value: count - (told[reason] ?? 0) }))
        .filter(({ value }) => value > 0);
      told = counts;
      const metric: Metric = { name: 'beaconhouse.sdk.lost', unit: '{item}', kind: 'sum', points };
      return points.length > 0 ? [metric] : [];
    },
    stop() {},
  };
}
