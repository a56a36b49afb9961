import { type BeaconMetric, beaconLimits, metricNamePattern } from '#contracts';

/**
 * Whether a metric certainly satisfies `metricSchema`. Nearly all do, and this takes a fifth of the schema's time; the
 * schema judges the others and finds the words. A test holds the two together.
 */
export function isPlainMetric(input: unknown): input is BeaconMetric {
  if (!isRecord(input)) return false;
  const { name, value, rating, timestamp, delta, connection, widgetContext } = input;
  return (
    typeof name === 'string' &&
    metricNamePattern.test(name) &&
    isNumber(value) &&
    value >= 0 &&
    (rating === undefined || (typeof rating === 'string' && ratings.has(rating))) &&
    isNumberOrAbsent(timestamp) &&
    isNumberOrAbsent(delta) &&
    texts.every(([field, longest]) => isTextOrAbsent(input[field], longest)) &&
    isIdOrAbsent(input.traceId, traceId) &&
    isIdOrAbsent(input.spanId, spanId) &&
    (connection === undefined || isConnection(connection)) &&
    (widgetContext === undefined || isWidgetContext(widgetContext)) &&
    areScalars(input.attribution) &&
    areScalars(input.attributes)
  );
}

const ratings: ReadonlySet<string> = new Set(['good', 'needs-improvement', 'poor', 'unknown']);
const traceId = /^[0-9a-f]{32}$/i;
const spanId = /^[0-9a-f]{16}$/i;

/** Text fields and their longest lengths, as `metricSchema` has them. */
const texts: readonly (readonly [field: string, longest: number])[] = [
  ['id', 256],
  ['navigationType', 32],
  ['appId', 256],
  ['environment', 64],
  ['sessionId', 256],
  ['userId', 256],
  ['userAgent', 1_024],
  ['route', beaconLimits.stringLength],
  ['url', beaconLimits.stringLength],
  ['release', 128],
];

function isConnection(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return isTextOrAbsent(value.effectiveType, 16) && isNumberOrAbsent(value.downlink) && isNumberOrAbsent(value.rtt);
}

function isWidgetContext(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { toolName, renderTime, tokenCount, responseBytes, widgetSessionId } = value;
  const numbers = isNumberOrAbsent(renderTime) && isNumberOrAbsent(tokenCount) && isNumberOrAbsent(responseBytes);
  return numbers && isTextOrAbsent(toolName, 256) && isTextOrAbsent(widgetSessionId, 256);
}

function areScalars(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isRecord(value)) return false;
  for (const name of Object.keys(value)) {
    const scalar = value[name];
    if (typeof scalar === 'string' ? scalar.length > beaconLimits.stringLength : typeof scalar !== 'boolean' && !isNumber(scalar))
      return false;
  }
  return true;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isNumberOrAbsent = (value: unknown) => value === undefined || isNumber(value);
const isTextOrAbsent = (value: unknown, longest: number) => value === undefined || (typeof value === 'string' && value.length <= longest);
const isIdOrAbsent = (value: unknown, pattern: RegExp) => value === undefined || (typeof value === 'string' && pattern.test(value));
