import type { Outcome } from '#contracts';
import type { StreamLag } from '#platform';
import type { LedgerEntry } from '../questions/ledger-totals.ts';

interface Amount {
  readonly beacons: number;
  readonly events: number;
}

/** A Kafka cluster counts its messages; how many events they carry it does not know. */
interface InFlight {
  readonly beacons: number;
  readonly events: number | null;
}

export interface LedgerBalance {
  readonly received: Amount;
  readonly accepted: Amount;
  readonly rejected: Amount;
  readonly stored: Amount;
  readonly dead_lettered: Amount;
  /** Of the dead letters, those that were stored later. */
  readonly replayed: Amount;
  /** Repeats that the loader left out. */
  readonly removed: Amount;
  /** Between acceptance and the warehouse now; null for one project alone, which the stream does not count. Of events null in cluster mode. */
  readonly in_flight: InFlight | null;
  /** What is unaccounted for. Zero when nothing is on its way; null where `in_flight` is. */
  readonly difference: { readonly received: Amount; readonly accepted: InFlight | null };
}

function amountOf(entries: readonly LedgerEntry[], outcome: Outcome): Amount {
  const of = entries.filter((entry) => entry.outcome === outcome);
  return { beacons: of.reduce((sum, { beacons }) => sum + beacons, 0), events: of.reduce((sum, { events }) => sum + events, 0) };
}

function minus(from: Amount, ...parts: readonly Amount[]): Amount {
  return parts.reduce((rest, part) => ({ beacons: rest.beacons - part.beacons, events: rest.events - part.events }), from);
}

/** received = accepted + rejected; accepted = stored + dead-lettered - replayed + removed + in flight. */
export function balanceOf(entries: readonly LedgerEntry[], lag: StreamLag | null): LedgerBalance {
  const [received, accepted, rejected] = [amountOf(entries, 'received'), amountOf(entries, 'accepted'), amountOf(entries, 'rejected')];
  const [stored, dead, removed] = [amountOf(entries, 'stored'), amountOf(entries, 'dead_lettered'), amountOf(entries, 'removed')];
  const replayed = amountOf(entries, 'replayed');
  const inFlight = lag && { beacons: lag.messages, events: lag.events };
  return {
    received,
    accepted,
    rejected,
    stored,
    dead_lettered: dead,
    removed,
    replayed,
    in_flight: inFlight,
    difference: {
      received: minus(received, accepted, rejected),
      accepted: inFlight && unaccounted(minus(accepted, stored, minus(dead, replayed), removed), inFlight),
    },
  };
}

/** Where nothing is on its way, the events are known too: there are none. */
function unaccounted(rest: Amount, inFlight: InFlight): InFlight {
  const events = inFlight.beacons === 0 ? 0 : inFlight.events;
  return { beacons: rest.beacons - inFlight.beacons, events: events === null ? null : rest.events - events };
}
