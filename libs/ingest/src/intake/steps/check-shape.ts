import { attributeNamePattern, type BeaconMetric, beaconLimits, findMetric, metricSchema } from '#contracts';
import { type Refusal, refuse } from '../arrival.ts';
import type { Draft, DraftEvent } from '../draft.ts';
import { forbidden, hasForbiddenKey } from './parse-beacon.ts';
import { isPlainMetric } from './plain-metric.ts';
import { refusalOfIssue } from './shape-refusal.ts';

/** Judges every metric alone; the good ones go on. */
export function checkShape(draft: Draft): Draft {
  draft.beacon.metrics.forEach((metric, index) => {
    const event = checkMetric(metric, index, draft);
    if ('refused' in event) draft.refusals.push({ index, refusal: event });
    else draft.events.push(event);
  });
  return draft;
}

function checkMetric(input: unknown, index: number, draft: Draft): DraftEvent | Refusal {
  const place = `metrics[${index}]`;
  if (hasForbiddenKey(input)) return forbidden(place);
  // Before the schema, which would name such a part by its type.
  for (const part of attributeParts) if (hasForbiddenKey((input as BeaconMetric | null)?.[part])) return forbidden(`${place}.${part}`);
  // Its own fields are the client's: a metric is never asked whether it is a refusal.
  if (isPlainMetric(input)) return checkSound(input, index, draft);
  const parsed = metricSchema.safeParse(input);
  return parsed.success ? checkSound(parsed.data, index, draft) : refusalOfIssue(parsed.error.issues[0]!, place);
}

function checkSound(metric: BeaconMetric, index: number, draft: Draft): DraftEvent | Refusal {
  const place = `metrics[${index}]`;
  const attributes = attributesOf(metric, place);
  if ('refused' in attributes) return attributes;
  return checkMeaning(metric, place, draft) ?? draftEvent(index, metric, attributes);
}

/** Limits that depend on the metric or on the key. */
function checkMeaning(metric: BeaconMetric, place: string, draft: Draft): Refusal | undefined {
  const maximum = findMetric(metric.name)?.maximum ?? beaconLimits.value;
  if (metric.value > maximum) {
    return refuse('value_out_of_range', `${place}.value: ${metric.name} above ${maximum} is not a measurement`, `${place}.value`, maximum);
  }
  const { environments } = draft.access;
  const env = metric.environment ?? unknown;
  if (environments.length > 0 && !environments.includes(env)) {
    const allowed = environments.join(', ');
    return refuse('environment_not_allowed', `${place}.environment: this key is for ${allowed}`, `${place}.environment`, allowed);
  }
  return undefined;
}

const unknown = 'unknown';

function draftEvent(index: number, metric: BeaconMetric, attributes: DraftEvent['attributes']): DraftEvent {
  return {
    index,
    metric,
    at: 0,
    name: metric.name,
    route: metric.route ?? '',
    tool: metric.widgetContext?.toolName || unknown,
    app: metric.appId || unknown,
    env: metric.environment || unknown,
    release: metric.release ?? '',
    attributes,
  };
}

const attributeParts = ['attribution', 'attributes'] as const;

/** Attribution and attributes in one map. */
function attributesOf(metric: BeaconMetric, place: string): DraftEvent['attributes'] | Refusal {
  const attributes: DraftEvent['attributes'] = new Map();
  for (const part of attributeParts) {
    const values = metric[part];
    if (!values) continue;
    for (const [name, value] of Object.entries(values)) {
      if (!attributeNamePattern.test(name)) {
        return refuse(
          'name_invalid',
          `${place}.${part}: names are letters, digits and _.:/-`,
          `${place}.${part}`,
          attributeNamePattern.source,
        );
      }
      attributes.set(name, value);
    }
  }
  if (attributes.size > beaconLimits.attributes) {
    const limit = beaconLimits.attributes;
    return refuse('too_many_attributes', `${place} has ${attributes.size} attributes, ${limit} are allowed`, `${place}.attributes`, limit);
  }
  return attributes;
}
