import { type Refusal, refuse } from '../arrival.ts';
import { type Draft, noteAdjusted } from '../draft.ts';

const hour = 3_600_000;
const oldestMs = 24 * hour;
const newestMs = 60_000;
/** Clocks that differ by less are taken at their word: the difference is the network. */
const toleratedSkewMs = 5_000;

/** Moves every event to the server's clock; what cannot be true becomes the moment of arrival, and is counted. */
export function clampTime(draft: Draft): Draft | Refusal {
  const { receivedAt } = draft.arrival;
  const skew = skewOf(receivedAt, draft.beacon.timestamp);
  const made = madeAt(draft.beacon.beaconId);
  if (made !== undefined && made + skew < receivedAt - oldestMs) {
    return refuse('beacon_too_old', `the beacon was made more than ${oldestMs / hour} hours ago`, 'beaconId', oldestMs);
  }
  for (const event of draft.events) {
    const at = Math.round((event.metric.timestamp ?? receivedAt - skew) + skew);
    const believable = at >= receivedAt - oldestMs && at <= receivedAt + newestMs;
    event.at = believable ? at : receivedAt;
    if (!believable || skew !== 0) noteAdjusted(draft, 'clock_corrected');
  }
  return draft;
}

/** Milliseconds to add to the client's clock. `sentAt` was read when the beacon left, so its distance to now is the skew. */
function skewOf(receivedAt: number, sentAt: number | undefined): number {
  if (sentAt === undefined) return 0;
  const skew = receivedAt - sentAt;
  return Math.abs(skew) < toleratedSkewMs ? 0 : skew;
}

/** A UUIDv7 begins with 48 bits of milliseconds since 1970 (RFC 9562, 5.7). Other versions carry no such time. */
function madeAt(beaconId: string | undefined): number | undefined {
  return beaconId?.[14] === '7' ? Number.parseInt(beaconId.slice(0, 8) + beaconId.slice(9, 13), 16) : undefined;
}
