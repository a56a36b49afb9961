import type { TelemetrySource } from '#contracts';
import { type Refusal, refuse } from '../intake/arrival.ts';
import { newestMs, oldestMs, type RowMaking } from './row-making.ts';
import { storedAttributes } from './stored-attributes.ts';
import type { PointNumbers, PointRecord } from './telemetry-batch.ts';

/** Buckets of one point: the least resolution of an exponential histogram has 160. */
const maxBuckets = 1_024;
const noTrace = '0'.repeat(32);

/** A data point's row as a line for the warehouse, or why it is not kept. */
export function pointLine(point: PointRecord, source: TelemetrySource, making: RowMaking): string | Refusal {
  const { origin, name, unit, kind, temporality, monotonic, start, at, traceId, attributes, ...given } = point;
  const wrong = wrongPoint(point, making) ?? making.refusalOf(origin);
  if (wrong) return wrong;
  const { session_id: _, ...from } = making.originOf(origin);
  const shifted = unit === 's' && kind !== 'exponential';
  const numbers = shifted ? inMilliseconds(given, kind) : given;
  const row = {
    ...from,
    ...{
      name: making.few('point', name),
      unit: shifted ? 'ms' : making.few('unit', unit),
      kind,
      temporality,
      monotonic: monotonic ? 1 : 0,
    },
    ...{ start: Math.max(0, Math.round(start)), ts: Math.round(at), trace_id: /^[0-9a-f]{32}$/.test(traceId) ? traceId : noTrace, source },
    ...numbers,
  };
  const { attrs, truncated, scrubbed } = storedAttributes(attributes, new Set(), making.clean);
  if (truncated) making.note('truncated');
  if (scrubbed) making.note('text_scrubbed');
  return `${JSON.stringify({ ...row, attrs })}\n`;
}

function wrongPoint({ name, at, buckets = [], bounds = [], negative_buckets = [], value = 0, sum = 0 }: PointRecord, making: RowMaking) {
  const { receivedAt } = making.arrival;
  if (name === '') return refuse('name_invalid', 'a metric needs a name', 'name');
  if (!(at >= receivedAt - oldestMs && at <= receivedAt + newestMs)) {
    return refuse('time_out_of_range', 'the point is too old or of the future', 'timeUnixNano', oldestMs);
  }
  if (Math.max(buckets.length, bounds.length, negative_buckets.length) > maxBuckets) {
    return refuse('value_out_of_range', `a point has more than ${maxBuckets} buckets`, 'bucketCounts', maxBuckets);
  }
  return [value, sum, ...bounds].every(Number.isFinite) ? undefined : refuse('value_out_of_range', 'a value is no number', 'value');
}

/** Seconds as everything else is stored. Of an exponential histogram the buckets cannot be shifted by a factor that is no power of its base. */
function inMilliseconds(given: Partial<PointNumbers>, kind: PointRecord['kind']): Partial<PointNumbers> {
  const times = (value: number) => value * 1_000;
  const { value, sum, min, max, bounds, quantiles } = given;
  return {
    ...given,
    ...(value !== undefined && { value: times(value) }),
    ...(sum !== undefined && { sum: times(sum) }),
    ...(min !== undefined && { min: min === null ? null : times(min) }),
    ...(max !== undefined && { max: max === null ? null : times(max) }),
    ...(bounds && { bounds: kind === 'summary' ? bounds : bounds.map(times) }),
    ...(quantiles && { quantiles: quantiles.map(times) }),
  };
}
