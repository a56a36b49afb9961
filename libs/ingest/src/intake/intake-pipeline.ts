import type { Beacon } from '#contracts';
import type { Arrival, Refusal } from './arrival.ts';
import type { DimensionCaps } from './dimension-caps.ts';
import type { Draft } from './draft.ts';
import type { Access } from './key-ring.ts';
import { checkShape } from './steps/check-shape.ts';
import { clampTime } from './steps/clamp-time.ts';
import { type Admission, limitRate } from './steps/limit-rate.ts';
import { nameRoute } from './steps/name-route.ts';
import { parseBeacon } from './steps/parse-beacon.ts';
import { scrub } from './steps/scrub.ts';
import { type RowMaking, toRows } from './steps/to-rows.ts';

export interface IntakeContext {
  readonly admission: Admission;
  readonly caps: DimensionCaps;
  readonly making: RowMaking;
}

/** A beacon ready for the stream, and what of it was left behind. */
export interface Accepted {
  readonly draft: Draft;
  readonly lines: string;
  readonly session: string;
}

export interface Rejected {
  readonly refusal: Refusal;
  /** Events the beacon claimed to hold; 0 where it could not be read. */
  readonly events: number;
}

type Step = (draft: Draft, context: IntakeContext) => Draft | Refusal;

/** What happens to a beacon, in order, after its key was found and its bytes were read. */
const intakeSteps: readonly { readonly name: string; readonly run: Step }[] = [
  { name: 'limit rate', run: (draft, { admission }) => limitRate(draft, admission) },
  { name: 'check shape', run: checkShape },
  { name: 'require events', run: requireEvents },
  { name: 'clamp time', run: clampTime },
  { name: 'scrub', run: scrub },
  { name: 'name route', run: (draft, { caps }) => nameRoute(draft, caps) },
];

/** Bytes to rows, or the first reason against it. Pure but for the buckets and caps in the context. */
export function runIntake(body: Buffer, arrival: Arrival, access: Access, context: IntakeContext): Accepted | Rejected {
  const beacon = parseBeacon(body);
  return 'refused' in beacon ? { refusal: beacon, events: 0 } : runSteps(beacon, arrival, access, context);
}

/** The same for a beacon that was made of another protocol's events. */
export function runSteps(beacon: Beacon, arrival: Arrival, access: Access, context: IntakeContext): Accepted | Rejected {
  const events = beacon.metrics.length;
  let draft = startDraft(beacon, arrival, access);
  for (const step of intakeSteps) {
    const result = step.run(draft, context);
    if ('refused' in result) return { refusal: result, events };
    draft = result;
  }
  return { draft, ...toRows(draft, context.making) };
}

function startDraft(beacon: Beacon, arrival: Arrival, access: Access): Draft {
  return { arrival, access, beacon, weight: 1 / (beacon.sampleRate ?? 1), sources: [], events: [], refusals: [], adjusted: new Map() };
}

/** A beacon of which nothing is good is refused with the first thing that was wrong. */
function requireEvents(draft: Draft): Draft | Refusal {
  return draft.events.length > 0 ? draft : draft.refusals[0]!.refusal;
}
