import type { AdjustReason } from '#contracts';
import { type Arrival, type Refusal, refuse } from '../intake/arrival.ts';
import type { DimensionCaps } from '../intake/dimension-caps.ts';
import type { IdentityHash } from '../intake/identity-hash.ts';
import type { Access } from '../intake/key-ring.ts';
import { type Clean, cleanerOf } from '../intake/steps/scrub.ts';
import { cut, telemetryLimits } from './stored-attributes.ts';
import type { Origin } from './telemetry-batch.ts';

export interface RowMakingParts {
  readonly identity: IdentityHash;
  readonly caps: DimensionCaps;
}

const hour = 3_600_000;
/** As for beacons: what is older cannot be told from a wrong clock. */
export const oldestMs = 24 * hour;
/** Clocks of servers are right within minutes. */
export const newestMs = 10 * 60_000;

/** Makes the rows of one request: what all kinds of records share. */
export class RowMaking {
  readonly clean: Clean;
  readonly adjusted = new Map<AdjustReason, number>();
  readonly #keepsSessions: boolean;
  readonly #origins = new Map<Origin, ReturnType<RowMaking['originFields']>>();

  constructor(
    private readonly parts: RowMakingParts,
    readonly arrival: Arrival,
    private readonly access: Access,
  ) {
    this.clean = cleanerOf(access.project.keepQuery);
    this.#keepsSessions = !(access.project.honourPrivacySignals && arrival.privacySignal);
  }

  /** Columns that say where a record is from. Read once for each origin object. */
  originOf(origin: Origin): ReturnType<RowMaking['originFields']> {
    const known = this.#origins.get(origin);
    if (known) return known;
    const fields = this.originFields(origin);
    this.#origins.set(origin, fields);
    return fields;
  }

  /** Undefined where the environment is one the key is for. */
  refusalOf({ env }: Origin): Refusal | undefined {
    const { environments, keyId } = this.access;
    if (environments.length === 0 || environments.includes(env || 'unknown')) return undefined;
    return refuse('environment_not_allowed', `key ${keyId} is for ${environments.join(', ')}`, 'environment', environments.join(', '));
  }

  /** The value, or `__other__` where the project has used too many others in this column today. */
  few(column: string, value: string): string {
    const short = cut(this.clean(value), telemetryLimits.shortLength);
    if (short === '') return '';
    const admitted = this.parts.caps.admit(this.access.project.id, column, short, this.arrival.receivedAt);
    if (admitted !== short) this.note('cardinality_limited');
    return admitted;
  }

  text(value: string): string {
    return this.clean(cut(value, telemetryLimits.textLength));
  }

  /** Decimal text of the session's keyed hash, the same as in RUM; `0` where there is none or the person objected. */
  session(sessionId: string): string {
    return this.#keepsSessions ? this.parts.identity.hash(this.access.project.id, 'session', sessionId) : '0';
  }

  note(reason: AdjustReason): void {
    this.adjusted.set(reason, (this.adjusted.get(reason) ?? 0) + 1);
  }

  private originFields({ service, env, release, sessionId }: Origin) {
    return {
      tenant: this.access.project.id,
      service: this.few('app', service) || 'unknown',
      env: this.few('env', env) || 'unknown',
      release: this.few('release', release),
      received_at: this.arrival.receivedAt,
      session_id: this.session(sessionId),
    };
  }
}
