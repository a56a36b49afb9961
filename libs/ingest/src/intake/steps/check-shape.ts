import { attributeNamePattern, type BeaconMetric, beaconLimits, findMetric, metricSchema } from '#contracts';
import { type Refusal, refuse } from '../arrival.ts';
import type { Attributes, Draft, DraftEvent } from '../draft.ts';
import { forbidden, hasForbiddenKey, isForbiddenName } from './parse-beacon.ts';
import { isPlainMetric } from './plain-metric.ts';
import { refusalOfIssue } from './shape-refusal.ts';
import { sourceOf } from './source-of.ts';

/** Judges every metric alone; the good ones go on. */
export function checkShape(draft: Draft): Draft {
  const { metrics } = draft.beacon;
  for (let index = 0; index < metrics.length; index += 1) {
    const event = checkMetric(metrics[index], index, draft);
    if ('refused' in event) draft.refusals.push({ index, refusal: event });
    else draft.events.push(event);
  }
  return draft;
}

function checkMetric(input: unknown, index: number, draft: Draft): DraftEvent | Refusal {
  if (hasForbiddenKey(input)) return forbidden(placeOf(index));
  // Its own fields are the client's: a metric is never asked whether it is a refusal.
  if (isPlainMetric(input)) return checkSound(input, index, draft);
  // Before the schema, which would name such a part by its type.
  const part = attributeParts.find((name) => hasForbiddenKey((input as BeaconMetric | null)?.[name]));
  if (part) return forbidden(`${placeOf(index)}.${part}`);
  const parsed = metricSchema.safeParse(input);
  return parsed.success ? checkSound(parsed.data, index, draft) : refusalOfIssue(parsed.error.issues[0]!, placeOf(index));
}

const attributeParts = ['attribution', 'attributes'] as const;
const placeOf = (index: number) => `metrics[${index}]`;

function checkSound(metric: BeaconMetric, index: number, draft: Draft): DraftEvent | Refusal {
  const source = sourceOf(metric, draft);
  const wrong = wrongAttributes(metric, index) ?? wrongMeaning(metric, source.said.environment, index, draft);
  if (wrong) return wrong;
  const { name, widgetContext } = metric;
  return { index, metric, source, at: 0, name, route: '', tool: widgetContext?.toolName || 'unknown', attributes: attributesOf(metric) };
}

/** Limits that depend on the metric or on the key. */
function wrongMeaning({ name, value }: BeaconMetric, environment = 'unknown', index: number, { access }: Draft): Refusal | undefined {
  const maximum = findMetric(name)?.maximum ?? beaconLimits.value;
  if (value > maximum) {
    const field = `${placeOf(index)}.value`;
    return refuse('value_out_of_range', `${field}: ${name} above ${maximum} is not a measurement`, field, maximum);
  }
  const { environments } = access;
  if (environments.length > 0 && !environments.includes(environment)) {
    const allowed = environments.join(', ');
    const field = `${placeOf(index)}.environment`;
    return refuse('environment_not_allowed', `${field}: this key is for ${allowed}`, field, allowed);
  }
  return undefined;
}

function wrongAttributes(metric: BeaconMetric, index: number): Refusal | undefined {
  let count = 0;
  for (const part of attributeParts) {
    for (const name in metric[part]) {
      count += 1;
      if (knownNames.has(name)) continue;
      const field = `${placeOf(index)}.${part}`;
      if (isForbiddenName(name)) return forbidden(field);
      if (!attributeNamePattern.test(name)) {
        return refuse('name_invalid', `${field}: names are letters, digits and _.:/-`, field, attributeNamePattern.source);
      }
      if (knownNames.size >= maxKnownNames) knownNames.clear();
      knownNames.add(name);
    }
  }
  return count > beaconLimits.attributes ? tooManyAttributes(metric, index) : undefined;
}

/** A name that stands in both parts is one attribute. */
function tooManyAttributes(metric: BeaconMetric, index: number): Refusal | undefined {
  const count = Object.keys(attributesOf(metric) ?? {}).length;
  const place = placeOf(index);
  const limit = beaconLimits.attributes;
  if (count <= limit) return undefined;
  return refuse('too_many_attributes', `${place} has ${count} attributes, ${limit} are allowed`, `${place}.attributes`, limit);
}

/** Sound names of attributes, seen before: looking one up takes a fraction of the pattern's time. */
const knownNames = new Set<string>();
const maxKnownNames = 5_000;

/** Attribution and attributes in one. */
function attributesOf({ attribution, attributes }: BeaconMetric): Attributes | undefined {
  return attribution && attributes ? { ...attribution, ...attributes } : (attribution ?? attributes);
}
