import { connect, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import kafkajs, { type ISocketFactoryArgs, type Kafka, type RetryOptions, type SASLOptions } from 'kafkajs';

export interface KafkaConnection {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl?: ConnectionOptions | boolean;
  readonly sasl?: { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string };
}

/** A request not answered within this has an unknown outcome. */
const requestTimeoutMs = 10_000;
const connectionTimeoutMs = 3_000;
const keepAliveMs = 60_000;

/** One kafkajs client whose connections can be ended at once: kafkajs itself waits for answers that may never come. */
export class KafkaClient {
  readonly kafka: Kafka;
  readonly #sockets = new Set<Socket>();
  #ended = false;
  #firstError: string | undefined;

  constructor(connection: KafkaConnection, retry: RetryOptions) {
    const { brokers, clientId, ssl, sasl } = connection;
    this.kafka = new kafkajs.Kafka({
      ...{ brokers: [...brokers], clientId, retry, connectionTimeout: connectionTimeoutMs, requestTimeout: requestTimeoutMs },
      ...(ssl !== undefined && { ssl }),
      ...(sasl && { sasl: sasl as SASLOptions }),
      socketFactory: (target) => this.#connect(target),
      logLevel: kafkajs.logLevel.ERROR,
      logCreator: () => (entry) => this.#note(entry.log),
    });
  }

  /** What kafkajs first wrote as an error since `forgetErrors`: its rejections tell what came of it. */
  get firstError(): string | undefined {
    return this.#firstError;
  }

  forgetErrors(): void {
    this.#firstError = undefined;
  }

  end(): void {
    this.#ended = true;
    for (const socket of this.#sockets) socket.destroy(new Error('the client was thrown away'));
  }

  #note({ message, error }: { message: string; error?: unknown }): void {
    this.#firstError ??= typeof error === 'string' ? `${message}: ${error}` : message;
  }

  #connect({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
    // kafkajs would connect again on its own.
    if (this.#ended) throw new Error('the client was thrown away');
    const servername = isIP(host) ? {} : { servername: host };
    const socket = ssl ? connectTls({ host, port, ...servername, ...ssl }, onConnect) : connect({ host, port }, onConnect);
    socket.setKeepAlive(true, keepAliveMs);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

/** Every client of one stream, so that the stream can end them all. */
export class KafkaClients {
  readonly #connection: KafkaConnection;
  readonly #clients = new Set<KafkaClient>();
  #ended = false;

  constructor(connection: KafkaConnection) {
    this.#connection = connection;
  }

  make(retry: RetryOptions): KafkaClient {
    if (this.#ended) throw new Error('the stream was abandoned');
    const client = new KafkaClient(this.#connection, retry);
    this.#clients.add(client);
    return client;
  }

  end(client: KafkaClient): void {
    client.end();
    this.#clients.delete(client);
  }

  endAll(): void {
    this.#ended = true;
    for (const client of this.#clients) this.end(client);
  }
}
