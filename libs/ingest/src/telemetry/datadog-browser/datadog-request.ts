import { beaconLimits } from '#contracts';
import { type Refusal, refuse } from '../../intake/arrival.ts';
import { bracketDepth } from '../bracket-depth.ts';
import { isSaid, type Said } from '../said.ts';

/** What Datadog's browser SDK sends apart from each other. */
type DatadogTrack = 'rum' | 'logs' | 'replay' | 'profile';

/** What stands in the address of a request, or in the address that a proxy was asked to pass on. */
export interface DatadogAddress {
  readonly track: DatadogTrack;
  /** The client token, which is the project's key. */
  readonly key: string | undefined;
  readonly isDeflated: boolean;
  /** When it left, milliseconds since 1970 by the client's clock: corrects the times of its events. Logs do not say it. */
  readonly sentAt: number | undefined;
  /** `env:production,service:shop`: in the address up to version 5 of the SDK, in each event from 6 on. */
  readonly tags: ReadonlyMap<string, string>;
}

export const datadogLimits = {
  /** A batch aims at 16 KiB; one message may have 256. */
  wireBytes: 1024 * 1024,
  inflatedBytes: 1024 * 1024,
  inflateRatio: beaconLimits.inflateRatio,
  idleMs: 5_000,
  /** The SDK sends 50 at once. */
  lines: 500,
  jsonDepth: 32,
} as const;

const tracks: readonly DatadogTrack[] = ['rum', 'logs', 'replay', 'profile'];

/** Undefined where it is none of the SDK's. Never an address to go to: only these paths are understood. */
export function readAddress(path: string, query: URLSearchParams): DatadogAddress | undefined {
  const track = tracks.find((each) => path === `/api/v2/${each}`);
  if (!track) return undefined;
  const key = query.get('dd-api-key') ?? undefined;
  const sentAt = Number(query.get('batch_time'));
  return {
    ...{ track, key, isDeflated: query.get('dd-evp-encoding') === 'deflate', tags: tagsOf(query.get('ddtags') ?? '') },
    sentAt: sentAt > 0 && Number.isFinite(sentAt) ? sentAt : undefined,
  };
}

/** Of `?ddforward=`, as the SDK's option `proxy` writes it. */
export function readForwarded(forward: string): DatadogAddress | undefined {
  const at = forward.indexOf('?');
  const [path, query] = at < 0 ? [forward, ''] : [forward.slice(0, at), forward.slice(at + 1)];
  return readAddress(path, new URLSearchParams(query));
}

/** `name:value`, comma by comma; the first of a name counts. */
export function tagsOf(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const tag of text.slice(0, 4_096).split(',')) {
    const colon = tag.indexOf(':');
    if (colon > 0 && !tags.has(tag.slice(0, colon))) tags.set(tag.slice(0, colon), tag.slice(colon + 1));
  }
  return tags;
}

/** A line of a body, or why it is none: the others are read all the same. */
export type Line = { readonly said: Said } | { readonly refusal: Refusal };

/** Objects, each on a line of its own. */
export function readLines(body: Buffer): readonly Line[] | Refusal {
  const lines: Line[] = [];
  for (let start = 0; start < body.length; ) {
    const end = body.indexOf(0x0a, start);
    const line = body.subarray(start, end < 0 ? body.length : end);
    start = end < 0 ? body.length : end + 1;
    if (line.length === 0) continue;
    if (lines.length === datadogLimits.lines)
      return refuse('too_many_events', `more than ${lines.length} lines`, 'body', datadogLimits.lines);
    lines.push(readLine(line));
  }
  return lines;
}

function readLine(line: Buffer): Line {
  const { jsonDepth } = datadogLimits;
  if (bracketDepth(line, jsonDepth) > jsonDepth)
    return { refusal: refuse('json_too_deep', `a line is deeper than ${jsonDepth} levels`, 'body', jsonDepth) };
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return isSaid(value) ? { said: value } : { refusal: refuse('shape_invalid', 'a line is not an object', 'body') };
  } catch {
    return { refusal: refuse('json_invalid', 'a line is not JSON', 'body') };
  }
}
