import { type InhibitionConfig, isGraver, type MuteTimingConfig } from '#contracts';
import type { HeldBack, Incident, IncidentEvent } from './incident.ts';
import { inhibitorOf } from './inhibition.ts';
import { mutes } from './mute-timing.ts';
import { type Silence, silences } from './silence.ts';

/** What may keep an incident from people. */
export interface HoldingBack {
  /** Incidents that others are held back by, as they are now. */
  readonly open: Iterable<Incident>;
  readonly inhibitions: readonly InhibitionConfig[];
  readonly mutes: readonly MuteTimingConfig[];
  readonly silences: Iterable<Silence>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Held {
  readonly reason: HeldBack;
  /** What holds it back: id of an incident, a mute timing or a silence. */
  readonly by: string;
}

/** The first thing that keeps it from people; null: nothing. `inStorm`: the group that tells it. */
export function heldBack(incident: Incident, inStorm: string | null, holding: HoldingBack): Held | null {
  if (inStorm !== null) return { reason: 'storm', by: inStorm };
  const inhibitor = inhibitorOf(incident, holding.open, holding.inhibitions);
  if (inhibitor) return { reason: 'inhibited', by: inhibitor.id };
  const timing = holding.mutes.find((one) => mutes(one, incident, holding.now));
  if (timing) return { reason: 'muted', by: timing.id };
  for (const silence of holding.silences) if (silences(silence, incident, holding.now)) return { reason: 'silenced', by: silence.id };
  return null;
}

/** One that swings is told of only where it is graver than it was told. */
export function isSwing({ flapping, severity, shown, id }: Incident, { kind }: IncidentEvent): Held | null {
  if (!flapping || shown === undefined) return null;
  const swing = kind === 'deescalate' || (kind === 'escalate' && !isGraver(severity, shown));
  return swing ? { reason: 'flapping', by: id } : null;
}

/** Why people are told now of what was held back. */
export const releasedBecause: Readonly<Record<HeldBack, string>> = {
  storm: 'storm ended',
  inhibited: 'what was graver is over',
  muted: 'mute timing ended',
  silenced: 'silence ended',
  flapping: '',
};
