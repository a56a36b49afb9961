import { type Beacon, type BeaconMetric, beaconLimits, findMetric, metricNamePattern } from '#contracts';

/**
 * Whether a metric certainly satisfies `metricSchema`. Nearly all do, and this takes a fifth of the schema's time; the
 * schema judges the others and finds the words. A test holds the two together.
 */
export function isPlainMetric(input: unknown): input is BeaconMetric {
  if (!isRecord(input)) return false;
  const { name, value, rating, timestamp, delta, widgetContext } = input;
  return (
    typeof name === 'string' &&
    (findMetric(name) !== undefined || metricNamePattern.test(name)) &&
    isNumber(value) &&
    value >= 0 &&
    (rating === undefined || (typeof rating === 'string' && ratings.has(rating))) &&
    isNumberOrAbsent(timestamp) &&
    isNumberOrAbsent(delta) &&
    isTextOrAbsent(input.id, 256) &&
    isTextOrAbsent(input.navigationType, 32) &&
    isIdOrAbsent(input.traceId, traceId) &&
    isIdOrAbsent(input.spanId, spanId) &&
    (widgetContext === undefined || isWidgetContext(widgetContext)) &&
    areCommonFields(input) &&
    areScalars(input.attribution) &&
    areScalars(input.attributes)
  );
}

/** The same for a beacon without its metrics, and `beaconSchema`. */
export function isPlainBeacon(input: unknown): input is Beacon {
  if (!isRecord(input)) return false;
  const { metrics, common, timestamp, beaconId, seq, sampleRate, sdk, privacy } = input;
  return (
    Array.isArray(metrics) &&
    metrics.length >= 1 &&
    metrics.length <= beaconLimits.events &&
    (common === undefined || (isRecord(common) && areCommonFields(common))) &&
    isNumberOrAbsent(timestamp) &&
    isIdOrAbsent(beaconId, uuid) &&
    (seq === undefined || (Number.isSafeInteger(seq) && (seq as number) >= 0)) &&
    (sampleRate === undefined || (isNumber(sampleRate) && sampleRate >= beaconLimits.leastSampleRate && sampleRate <= 1)) &&
    isTextOrAbsent(sdk, 64) &&
    (privacy === undefined || typeof privacy === 'boolean')
  );
}

const ratings: ReadonlySet<string> = new Set(['good', 'needs-improvement', 'poor', 'unknown']);
const traceId = /^[0-9a-f]{32}$/i;
const spanId = /^[0-9a-f]{16}$/i;
/** As the SDK writes them; the schema takes a few more. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function areCommonFields(input: Record<string, unknown>): boolean {
  const { connection } = input;
  return (
    isTextOrAbsent(input.appId, 256) &&
    isTextOrAbsent(input.environment, 64) &&
    isTextOrAbsent(input.sessionId, 256) &&
    isTextOrAbsent(input.userId, 256) &&
    isTextOrAbsent(input.userAgent, 1_024) &&
    isTextOrAbsent(input.route, beaconLimits.stringLength) &&
    isTextOrAbsent(input.url, beaconLimits.stringLength) &&
    isTextOrAbsent(input.release, 128) &&
    (connection === undefined || isConnection(connection))
  );
}

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
  for (const name in value) {
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
