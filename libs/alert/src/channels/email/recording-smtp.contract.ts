import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerAuthentication, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { type ReadMail, readMail } from './read-mail.contract.ts';

export interface RecordedMail extends ReadMail {
  readonly from: string;
  /** Whom it was for, of those that were taken. */
  readonly to: readonly string[];
}

type Stage = 'connect' | 'auth' | 'mail' | 'data';

/** How to answer once, in place of going on. */
export interface ScriptedReply {
  readonly at: Stage;
  /** 4xx or 5xx. */
  readonly code?: number;
  /** Ends the connection without a reply: at `data` after the whole mail was read. */
  readonly hangUp?: true;
  /** Says nothing, until the other side is tired of it. */
  readonly silent?: true;
}

type Reply = (error?: Error | null) => void;

/** A mail server that takes what keeps to the standards, and remembers it. */
export class RecordingSmtp {
  readonly mails: RecordedMail[] = [];
  /** Mails that were not as a mail must be. */
  readonly refusals: string[] = [];
  readonly #script: ScriptedReply[] = [];
  readonly #refused = new Map<string, number>();
  readonly #server: SMTPServer;
  #onWaiting = () => {};

  private constructor(credentials?: { readonly user: string; readonly password: string }) {
    this.#server = new SMTPServer({
      ...{ logger: false, disableReverseLookup: true, hideSTARTTLS: true, disabledCommands: ['STARTTLS'], size: 1_000_000 },
      ...{ authOptional: credentials === undefined, allowInsecureAuth: true, closeTimeout: 1 },
      onConnect: (session: SMTPServerSession, reply: Reply) => this.#reply('connect', session, reply),
      onAuth: ({ username, password }: SMTPServerAuthentication, session: SMTPServerSession, reply) => {
        if (username !== credentials?.user || password !== credentials?.password) return reply(failure(535));
        this.#reply('auth', session, (error) => reply(error, { user: username! }));
      },
      onMailFrom: (_address: unknown, session: SMTPServerSession, reply: Reply) => this.#reply('mail', session, reply),
      onRcptTo: ({ address }: { address: string }, _session: unknown, reply: Reply) => {
        const code = this.#refused.get(address.toLowerCase());
        reply(code === undefined ? null : failure(code));
      },
      // Of a sender that goes away in the middle nothing is recorded.
      onData: (stream: SMTPServerDataStream, session: SMTPServerSession, reply: Reply) =>
        void this.#take(stream, session, reply).catch(() => {}),
    });
    this.#server.on('error', () => {});
  }

  static async start(credentials?: { readonly user: string; readonly password: string }): Promise<RecordingSmtp> {
    const recording = new RecordingSmtp(credentials);
    await new Promise<void>((resolve) => recording.#server.listen(0, '127.0.0.1', resolve));
    return recording;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  reply(...replies: readonly ScriptedReply[]): void {
    this.#script.push(...replies);
  }

  /** Called when somebody is left without an answer. */
  onWaiting(call: () => void): void {
    this.#onWaiting = call;
  }

  /** From now on; without a code its mail is taken again. */
  refuse(address: string, code?: number): void {
    if (code === undefined) this.#refused.delete(address.toLowerCase());
    else this.#refused.set(address.toLowerCase(), code);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }

  #reply(at: Stage, session: SMTPServerSession, reply: Reply): void {
    const next = this.#script[0];
    if (next?.at !== at) return void reply();
    this.#script.shift();
    if (next.silent) return void this.#onWaiting();
    if (!next.hangUp) return void reply(failure(next.code!));
    for (const connection of this.#server.connections) if (connection.id === session.id) connection._socket.destroy();
  }

  async #take(stream: SMTPServerDataStream, session: SMTPServerSession, reply: Reply): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of stream) pieces.push(piece as Buffer);
    const { mailFrom, rcptTo } = session.envelope;
    try {
      const mail = readMail(Buffer.concat(pieces));
      this.#reply('data', session, (error) => {
        if (!error) this.mails.push({ ...mail, from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) });
        reply(error);
      });
    } catch (error) {
      this.refusals.push((error as Error).message);
      reply(failure(550, (error as Error).message));
    }
  }
}

function failure(responseCode: number, message = `as scripted ${responseCode}`): Error {
  return Object.assign(new Error(message), { responseCode });
}
