import { attributeNamePattern, type BeaconMetric, beaconLimits, metricNamePattern } from '#contracts';
import { type Refusal, refuse } from '../../intake/arrival.ts';
import { isForbiddenName } from '../../intake/steps/parse-beacon.ts';
import { isSaid, type Said, saidOf, textOf } from '../said.ts';
import { cut } from '../stored-attributes.ts';

const vitals = ['lcp', 'inp', 'cls', 'fcp', 'ttfb'] as const;
const ratings = ['good', 'needs-improvement', 'poor'] as const;
/** What has a place of its own in a metric. */
const placed = new Set(['id', 'rating', 'navigation_type', 'navigation_entry_id']);
/** As the attribution of web-vitals calls them, where that is not the same in capitals and small letters. */
const explained: Readonly<Record<string, string>> = {
  element: 'target',
  first_byte_to_fcp: 'firstByteToFCP',
  longest_script_intersecting_duration: 'longestScript.intersectingDuration',
};

/** A measurement as metrics of a beacon: a web vital is one, of others each value is one. */
export function metricsOf(item: unknown): readonly (BeaconMetric | Refusal)[] {
  if (!isSaid(item)) return [refuse('shape_invalid', 'a measurement is not an object', 'measurements')];
  const values = saidOf(item.values);
  const shared = sharedOf(item);
  const vital = item.type === 'web-vitals' ? vitals.find((name) => Object.hasOwn(values, name)) : undefined;
  if (vital !== undefined) return [vitalOf(vital, values, item, shared)];
  const type = textOf(item.type) || 'custom';
  const named = Object.keys(values).slice(0, beaconLimits.attributes);
  if (named.length === 0) return [refuse('shape_invalid', `the measurement ${cut(type, 64)} has no values`, 'measurements.values')];
  const attributes = attributesOf(saidOf(item.context), new Set());
  return named.map((key) => {
    const name = `${type}.${key}`;
    if (!metricNamePattern.test(name)) return refuse('name_invalid', `${cut(name, 64)} is no name of a metric`, 'measurements.type');
    return { ...shared, name, value: values[key] as number, attributes };
  });
}

function vitalOf(name: (typeof vitals)[number], values: Said, item: Said, shared: Partial<BeaconMetric>): BeaconMetric {
  const context = saidOf(item.context);
  const rating = ratings.find((each) => each === context.rating);
  const [id, navigationType] = [cut(textOf(context.id), 256), textOf(context.navigation_type).slice(0, 32)];
  return {
    ...{ ...shared, name: name.toUpperCase(), value: values[name] as number },
    ...(typeof values.delta === 'number' && { delta: values.delta }),
    ...(rating && { rating }),
    ...(id !== '' && { id }),
    ...(navigationType !== '' && { navigationType }),
    // What is called time_to_first_byte beside another vital is a part of that one.
    attribution: attributesOf({ ...context, ...values }, new Set([...placed, name, 'delta']), attributionName),
  };
}

const attributionName = (name: string) => explained[name] ?? name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** An exception as the browser's SDK of this house says it. */
export function errorOf(item: unknown): BeaconMetric | Refusal {
  if (!isSaid(item)) return refuse('shape_invalid', 'an exception is not an object', 'exceptions');
  const frames = saidOf(item.stacktrace).frames;
  const stack = (Array.isArray(frames) ? frames.slice(0, 50) : []).map((frame) => frameText(saidOf(frame))).join('\n');
  const said = {
    ...{ message: textOf(item.value), type: textOf(item.type), stack },
    ...(typeof item.fatal === 'boolean' && { fatal: item.fatal }),
  };
  const context = attributesOf(saidOf(item.context), new Set(Object.keys(said)));
  return { ...sharedOf(item), name: 'js-error', value: 1, attributes: { ...context, ...attributesOf(said, new Set()) } };
}

const frameText = ({ function: name, filename, lineno, colno }: Said) =>
  `    at ${textOf(name) || '?'} (${textOf(filename)}:${Number(lineno) || 0}:${Number(colno) || 0})`;

function sharedOf(item: Said): Pick<BeaconMetric, 'timestamp' | 'traceId' | 'spanId'> {
  const [at, trace] = [Date.parse(textOf(item.timestamp)), saidOf(item.trace)];
  const [traceId, spanId] = [textOf(trace.trace_id), textOf(trace.span_id)];
  return {
    ...(Number.isFinite(at) && { timestamp: at }),
    ...(/^[0-9a-f]{32}$/.test(traceId) && { traceId }),
    ...(/^[0-9a-f]{16}$/.test(spanId) && { spanId }),
  };
}

/** As far as a metric may have them. */
function attributesOf(
  said: Said,
  taken: ReadonlySet<string>,
  nameOf: (name: string) => string = (name) => name,
): Record<string, string | number | boolean> {
  const kept: [string, string | number | boolean][] = [];
  for (const [given, value] of Object.entries(said)) {
    const name = nameOf(given);
    if (kept.length === beaconLimits.attributes || taken.has(given) || !attributeNamePattern.test(name) || isForbiddenName(name)) continue;
    if (typeof value === 'string') kept.push([name, cut(value, beaconLimits.stringLength)]);
    else if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) kept.push([name, value]);
  }
  return Object.fromEntries(kept);
}
