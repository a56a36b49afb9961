import type { ConfigFile } from '#contracts';
import { type Arrival, type Refusal, refuse } from '../arrival.ts';
import type { Draft } from '../draft.ts';
import type { Access } from '../key-ring.ts';
import { TokenBuckets } from '../token-bucket.ts';

const maxNetworks = 50_000;

/** The quotas of one gateway process: per key, per project, per network, and all together. */
export class Admission {
  readonly #events = new TokenBuckets(10_000);
  readonly #requests = new TokenBuckets(maxNetworks);

  constructor(private readonly limits: ConfigFile['limits']) {}

  /** Before the body is read: costs one request of the network, and looks whether the key has anything left. */
  request(arrival: Arrival, access: Access): Refusal | undefined {
    const { requestsPerSecondPerPrefix: perNetwork, eventsPerSecond } = this.limits;
    const network = this.#requests.take(arrival.network, 1, perNetwork, perNetwork * 2, arrival.receivedAt);
    if (network > 0) return refuse('quota_exceeded', 'too many requests from this network', 'address', perNetwork, network);
    const everyone = this.#events.peek('', eventsPerSecond, eventsPerSecond * 2, arrival.receivedAt);
    if (everyone > 0) return refuse('overloaded', 'the server takes no more events now', null, eventsPerSecond, everyone);
    const key = this.#events.peek(quotaName(access), access.eventsPerSecond, access.burst, arrival.receivedAt);
    return key > 0 ? overQuota(access, key) : undefined;
  }

  events(count: number, arrival: Arrival, access: Access): Refusal | undefined {
    const { receivedAt } = arrival;
    const { project } = access;
    const key = this.#events.take(quotaName(access), count, access.eventsPerSecond, access.burst, receivedAt);
    if (key > 0) return overQuota(access, key);
    const whole = this.#events.take(`project ${project.id}`, count, project.eventsPerSecond, project.burst, receivedAt);
    if (whole > 0) return refuse('quota_exceeded', `project ${project.id} is over its quota`, 'key', project.eventsPerSecond, whole);
    const { eventsPerSecond } = this.limits;
    const everyone = this.#events.take('', count, eventsPerSecond, eventsPerSecond * 2, receivedAt);
    return everyone > 0 ? refuse('overloaded', 'the server takes no more events now', null, eventsPerSecond, everyone) : undefined;
  }
}

/** Under which a key's share is counted. */
export const quotaName = ({ project, keyId }: Access) => `key ${project.id}/${keyId}`;

function overQuota({ keyId, eventsPerSecond }: Access, seconds: number): Refusal {
  return refuse('quota_exceeded', `key ${keyId} is over its quota of ${eventsPerSecond} events a second`, 'key', eventsPerSecond, seconds);
}

export function limitRate(draft: Draft, admission: Admission): Draft | Refusal {
  return admission.events(draft.beacon.metrics.length, draft.arrival, draft.access) ?? draft;
}
