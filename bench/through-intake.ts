import { configFileSchema } from '#contracts';
import type { OutgoingMessage } from '#platform';
import { DimensionCaps } from '../libs/ingest/src/intake/dimension-caps.ts';
import { IdentityHash } from '../libs/ingest/src/intake/identity-hash.ts';
import { type IntakeContext, runIntake } from '../libs/ingest/src/intake/intake-pipeline.ts';
import { KeyRing } from '../libs/ingest/src/intake/key-ring.ts';
import { Places } from '../libs/ingest/src/intake/place.ts';
import { Admission } from '../libs/ingest/src/intake/steps/limit-rate.ts';
import type { SentBeacon } from './traffic.ts';

/** The product's own intake without its HTTP, its quotas out of the way: a beacon becomes the message a gateway would publish. */
export class ThroughIntake {
  readonly #context: IntakeContext;
  readonly #access;
  #serial = 0;

  private constructor(places: Places) {
    const unlimited = { id: 'default', open: true, eventsPerSecond: 1e9, burst: 1e9 };
    const config = configFileSchema.parse({ projects: [unlimited], limits: { eventsPerSecond: 1e9, requestsPerSecondPerPrefix: 1e9 } });
    const access = new KeyRing(config).find(undefined);
    if ('refused' in access) throw new Error(access.message);
    this.#access = access;
    this.#context = {
      admission: new Admission(config.limits),
      caps: new DimensionCaps(config.limits.valuesPerDimension),
      making: { identity: new IdentityHash(Buffer.alloc(32, 7)), places },
    };
  }

  static async open(): Promise<ThroughIntake> {
    return new ThroughIntake(await Places.open());
  }

  /** From one of 250 networks that have a country; received 40 ms after it was sent. */
  message(beacon: SentBeacon): OutgoingMessage {
    const network = `${20 + (this.#serial % 50)}.${this.#serial % 5}.0.0`;
    this.#serial += 1;
    const arrival = { receivedAt: beacon.timestamp + 40, network, origin: undefined, userAgent: '', privacySignal: false };
    const result = runIntake(Buffer.from(JSON.stringify(beacon)), arrival, this.#access, this.#context);
    if ('refusal' in result) throw new Error(result.refusal.message);
    const headers = { tenant: 'default', keyId: 'open', events: result.draft.events.length, beaconId: beacon.beaconId };
    return { key: result.session, headers, value: Buffer.from(result.lines) };
  }
}
