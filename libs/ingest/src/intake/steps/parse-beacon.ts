import { type Beacon, beaconLimits, beaconSchema } from '#contracts';
import { type Refusal, refuse } from '../arrival.ts';
import { jsonDepth } from '../json-scan.ts';
import { refusalOfIssue } from './shape-refusal.ts';

/** Bytes to the beacon's envelope. Its metrics stay unchecked: each is judged alone, so that a bad one takes no other along. */
export function parseBeacon(body: Buffer): Beacon | Refusal {
  const depth = jsonDepth(body, beaconLimits.jsonDepth);
  if (depth > beaconLimits.jsonDepth) {
    return refuse('json_too_deep', `the body nests deeper than ${beaconLimits.jsonDepth} levels`, 'body', beaconLimits.jsonDepth);
  }
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (error) {
    return refuse('json_invalid', `the body is not JSON: ${(error as Error).message.slice(0, 120)}`, 'body');
  }
  if (hasForbiddenKey(json)) return forbidden('body');
  const parsed = beaconSchema.safeParse(json);
  return parsed.success ? (parsed.data as Beacon) : refusalOfIssue(parsed.error.issues[0]!, '');
}

/** Names that reach into an object's prototype when someone copies by name. */
const forbiddenNames = ['__proto__', 'constructor', 'prototype'] as const;

export function hasForbiddenKey(value: unknown): boolean {
  return typeof value === 'object' && value !== null && forbiddenNames.some((name) => Object.hasOwn(value, name));
}

export function forbidden(field: string): Refusal {
  return refuse('forbidden_key', `${forbiddenNames.join(', ')} are not allowed as names`, field, forbiddenNames.join(', '));
}
