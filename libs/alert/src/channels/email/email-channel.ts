import type { Channel, Delivery, SendContext, Sent } from '../channel.ts';
import { type EmailMessage, emailMessage } from './email-message.ts';
import { acceptedSent, failedSent, type SmtpError } from './smtp-outcome.ts';

export interface EmailOptions {
  /** smtp://user:password@host:port or smtps://. A password goes over TLS only, unless `?ignoreTLS=true` says otherwise. */
  readonly smtpUrl: string;
  readonly from: string;
  readonly to: readonly string[];
  /** For the whole conversation: servers let strangers wait before they answer. */
  readonly timeoutMs?: number;
}

const usualTimeoutMs = 30_000;
/** Deliveries of which it is remembered who has them already. */
const mostPartial = 1_000;

/** One mail to all of them, and one connection for each mail: incidents are few. */
export class EmailChannel implements Channel {
  readonly type = 'email';
  /** Who has a delivery that others must wait for: they do not get it twice, but after a restart. */
  readonly #taken = new Map<string, ReadonlySet<string>>();

  constructor(
    readonly id: string,
    private readonly options: EmailOptions,
  ) {
    if (!/^smtps?:\/\/[^/?#]/i.test(options.smtpUrl) || !URL.canParse(options.smtpUrl))
      throw new Error(`channel ${id}: the address of its server is not smtp:// or smtps://`);
  }

  async send(delivery: Delivery, { signal, chart }: SendContext): Promise<Sent> {
    signal.throwIfAborted();
    const taken = this.#taken.get(delivery.id) ?? new Set();
    const missing = this.options.to.filter((address) => !taken.has(address.toLowerCase()));
    const sent = await this.#attempt(
      emailMessage(delivery, this.options.from, delivery.plain ? null : await chart?.()),
      delivery,
      missing,
      signal,
    );
    // What was told to some and is refused by all others was told.
    return sent.result === 'refused' && taken.size > 0
      ? { result: 'delivered', status: sent.status ?? 0, answer: `not taken by all: ${sent.reason}` }
      : sent;
  }

  async #attempt(message: EmailMessage, delivery: Delivery, to: readonly string[], signal: AbortSignal): Promise<Sent> {
    const { from, timeoutMs = usualTimeoutMs } = this.options;
    const { messageId, references, chart, ...content } = message;
    let written = false;
    // Loaded by those that write mails: it would be a twentieth of the house's start.
    const { createTransport } = await import('nodemailer');
    const mailer = createTransport(
      transportOptions(this.options.smtpUrl, timeoutMs, () => {
        written = true;
      }),
    );
    try {
      const info = await mailer.sendMail({
        ...{ from, to: [...this.options.to], envelope: { from, to: [...to] }, messageId, ...content },
        ...(references !== undefined && { references, inReplyTo: references }),
        ...(chart && { attachments: [inline(chart)] }),
        // Nobody's holiday answers it: https://www.rfc-editor.org/rfc/rfc3834#section-5
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        ...{ disableFileAccess: true, disableUrlAccess: true, signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) },
      });
      const refused = (info.rejectedErrors ?? []) as SmtpError[];
      if (refused.some(({ permanent }) => !permanent)) this.#remember(delivery.id, info.accepted);
      return acceptedSent(info.response, messageId, refused);
    } catch (error) {
      signal.throwIfAborted();
      return failedSent(error as SmtpError, written);
    } finally {
      mailer.close();
    }
  }

  #remember(id: string, accepted: readonly string[]): void {
    // nodemailer writes domains in lower case.
    const all = new Set([...(this.#taken.get(id) ?? []), ...accepted.map((address) => address.toLowerCase())]);
    this.#taken.delete(id);
    this.#taken.set(id, all);
    if (this.#taken.size > mostPartial) this.#taken.delete(this.#taken.keys().next().value!);
  }
}

const inline = ({ cid, png }: NonNullable<EmailMessage['chart']>) =>
  ({ cid, content: png, contentType: 'image/png', contentDisposition: 'inline', filename: 'chart.png' }) as const;

/** What stands in the address wins. */
function transportOptions(url: string, timeoutMs: number, onWritten: () => void) {
  const { password, searchParams } = new URL(url);
  return {
    url,
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, dnsTimeout: timeoutMs },
    ...(password !== '' && searchParams.get('ignoreTLS') !== 'true' && { requireTLS: true }),
    // The only place that tells whether all of a mail was written, so that a lost answer may mean that it arrived.
    logger: { info: ({ tnx }: { tnx?: string }) => tnx === 'message' && onWritten(), debug: () => {}, error: () => {} },
  };
}
