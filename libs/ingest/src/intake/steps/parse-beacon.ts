import { type Beacon, beaconLimits, beaconSchema } from '#contracts';
import { type Refusal, refuse } from '../arrival.ts';
import { jsonDepth } from '../json-depth.ts';
import { isPlainBeacon } from './plain-metric.ts';
import { refusalOfIssue } from './shape-refusal.ts';

/** Bytes to the beacon's envelope. Its metrics stay unchecked: each is judged alone, so that a bad one takes no other along. */
export function parseBeacon(body: Buffer): Beacon | Refusal {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (error) {
    return refuse('json_invalid', `the body is not JSON: ${(error as Error).message.slice(0, 120)}`, 'body');
  }
  if (jsonDepth(json, beaconLimits.jsonDepth) > beaconLimits.jsonDepth) {
    return refuse('json_too_deep', `the body nests deeper than ${beaconLimits.jsonDepth} levels`, 'body', beaconLimits.jsonDepth);
  }
  if (hasForbiddenKey(json)) return forbidden('body');
  if (isPlainBeacon(json)) return json;
  const parsed = beaconSchema.safeParse(json);
  return parsed.success ? (parsed.data as Beacon) : refusalOfIssue(parsed.error.issues[0]!, '');
}

/** Names that reach into an object's prototype when someone copies by name. */
const forbiddenNames = ['__proto__', 'constructor', 'prototype'] as const;

export const isForbiddenName = (name: string) => (forbiddenNames as readonly string[]).includes(name);

export function hasForbiddenKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  // Name by name and not in a loop: it is asked of every metric.
  return Object.hasOwn(value, '__proto__') || Object.hasOwn(value, 'constructor') || Object.hasOwn(value, 'prototype');
}

export function forbidden(field: string): Refusal {
  return refuse('forbidden_key', `${forbiddenNames.join(', ')} are not allowed as names`, field, forbiddenNames.join(', '));
}
