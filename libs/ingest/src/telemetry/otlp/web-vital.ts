import { attributeNamePattern, type BeaconMetric, beaconLimits } from '#contracts';
import { isForbiddenName } from '../../intake/steps/parse-beacon.ts';
import { cut } from '../stored-attributes.ts';
import type { Attributes, AttributeValue } from '../telemetry-batch.ts';
import { eventNameOf, timeOf } from './log-record.ts';
import type { OtlpLog } from './logs-request.ts';
import { attributeOf, firstText, noNames } from './plain-value.ts';

const prefix = 'browser.web_vital.';
const explained = `${prefix}attribution.`;
const ratings = ['good', 'needs-improvement', 'poor'] as const;
const addressNames = ['url.full', 'browser.document.url.full'] as const;
/** What has a place of its own in a metric. */
const placed: ReadonlySet<string> = new Set([
  ...['name', 'value', 'delta', 'id', 'rating', 'navigation_type'].map((name) => prefix + name),
  ...[...addressNames, 'event.name', 'session.id', 'user.id', 'user_agent.original'],
]);

export const isWebVital = (log: OtlpLog): boolean => eventNameOf(log) === 'browser.web_vital';

/**
 * A measured value of a page as a beacon would say it. Its fields are attributes; early drafts of the conventions had them in the body. Whether
 * it is a sound one is for the intake to say.
 */
export function webVital(log: OtlpLog, resource: Attributes): BeaconMetric {
  const said = saidOf(log);
  const text = (name: string) => cut(String(said[prefix + name] ?? ''), shortLength);
  const [delta, at] = [said[`${prefix}delta`], timeOf(log)];
  const rating = ratings.find((each) => each === text('rating'));
  const optional = {
    ...{
      id: text('id'),
      navigationType: text('navigation_type').slice(0, 32),
      sessionId: cut(firstText(said, ['session.id']), shortLength),
    },
    userId: cut(firstText(said, ['user.id']), shortLength),
    ...(/^[0-9a-f]{32}$/.test(log.traceId) && { traceId: log.traceId }),
    ...(/^[0-9a-f]{16}$/.test(log.spanId) && { spanId: log.spanId }),
    url: cut(firstText(said, addressNames) || firstText(resource, addressNames), beaconLimits.stringLength),
    userAgent: cut(firstText(said, ['user_agent.original']) || firstText(resource, ['user_agent.original']), 1_024),
  };
  return {
    name: text('name').toUpperCase(),
    value: said[`${prefix}value`] as number,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== '')),
    ...(rating && { rating }),
    ...(typeof delta === 'number' && { delta }),
    ...(at !== undefined && { timestamp: at }),
    ...othersOf(said),
  };
}

const shortLength = 256;

function saidOf({ attributes, body }: OtlpLog): Attributes {
  if (attributes[`${prefix}name`] !== undefined || typeof body !== 'object' || body === null || Array.isArray(body)) return attributes;
  const said = noNames<AttributeValue>();
  for (const [name, value] of Object.entries(body)) {
    const attribute = attributeOf(value);
    if (attribute !== undefined) said[name.includes('.') ? name : prefix + name] = attribute;
  }
  for (const name in attributes) said[name] = attributes[name]!;
  return said;
}

/** What explains the value, and what the page says besides, as far as a metric may have it. */
function othersOf(said: Attributes): Pick<BeaconMetric, 'attribution' | 'attributes'> {
  const [attribution, attributes] = [noNames<AttributeValue>(), noNames<AttributeValue>()];
  let left: number = beaconLimits.attributes;
  for (const name in said) {
    const isExplained = name.startsWith(explained);
    const short = isExplained ? name.slice(explained.length) : name;
    if (left === 0 || placed.has(name) || isForbiddenName(short) || !attributeNamePattern.test(short)) continue;
    const value = said[name]!;
    (isExplained ? attribution : attributes)[short] = typeof value === 'string' ? cut(value, beaconLimits.stringLength) : value;
    left -= 1;
  }
  return { attribution: { ...attribution }, attributes: { ...attributes } };
}
