import type { Channel, Delivery, SendContext, Sent } from '../channel.ts';
import { plainId } from '../plain-id.ts';
import { type CheckedAnswer, postChecked, type Resolve } from './post-checked.ts';
import { webhookEvent } from './webhook-event.ts';
import { readSecrets, signatureOf } from './webhook-signature.ts';
import { isAllowed, readTarget, type TargetRules } from './webhook-target.ts';

export interface WebhookOptions extends TargetRules {
  readonly url: string;
  /** `whsec_` and base64; several, separated by spaces. */
  readonly secret: string;
  readonly timeoutMs?: number;
  /** The system's own otherwise. */
  readonly resolve?: Resolve;
}

/** Signed as https://www.standardwebhooks.com says: a receiver knows a repeat by its id. */
export class WebhookChannel implements Channel {
  readonly type = 'webhook';
  readonly #url: URL;
  readonly #secrets: readonly Buffer[];

  /** Throws where it can never work. */
  constructor(
    readonly id: string,
    private readonly options: WebhookOptions,
  ) {
    try {
      this.#url = readTarget(options.url, options);
      this.#secrets = readSecrets(options.secret);
    } catch (error) {
      throw new Error(`channel ${id}: ${(error as Error).message}`);
    }
  }

  async send(delivery: Delivery, { signal, now }: SendContext): Promise<Sent> {
    const { allowPrivate, resolve, timeoutMs } = this.options;
    const body = Buffer.from(JSON.stringify(webhookEvent(delivery.notice, delivery.plain)));
    const [id, timestamp] = [plainId(delivery.id), Math.floor(now / 1_000)];
    const headers = {
      ...{ 'content-type': 'application/json', 'user-agent': 'Beaconhouse', 'webhook-id': id, 'webhook-timestamp': String(timestamp) },
      'webhook-signature': signatureOf(this.#secrets, id, timestamp, body),
    };
    const allows = (address: string) => isAllowed(address, allowPrivate);
    return sentOf(await postChecked({ url: this.#url, headers, body, allows, resolve, signal, now, timeoutMs }));
  }
}

function sentOf(answer: CheckedAnswer): Sent {
  if (answer.status === null) {
    const { reason, refused, ambiguous } = answer;
    if (refused) return { result: 'refused', status: null, reason, dead: false };
    return { result: 'later', status: null, reason, retryAfterMs: null, ambiguous };
  }
  const { status, retryAfterMs } = answer;
  const said = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { result: 'delivered', status, answer: said };
  if (status === 408 || status === 429 || status >= 500) return { result: 'later', status, reason: said, retryAfterMs, ambiguous: false };
  // 410: the receiver wants no more of them.
  return { result: 'refused', status, reason: status < 400 ? `${said}: redirects are not followed` : said, dead: status === 410 };
}
