import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, NativeProcess } from './native-process.ts';
import { nativeFolder } from './repository-place.ts';

const jars = join(nativeFolder, 'kafka');

export interface NativeKafkaOptions {
  /** Where its log and configuration stand; kept between starts. */
  readonly dir: string;
  /** Free ones when absent. */
  readonly port?: number;
  readonly controllerPort?: number;
  /** Name and port under which clients are told to come back; a proxy in front of the broker stands here. */
  readonly advertised?: string;
  /** Any program may make topics by writing to them, with the broker's settings; the house makes its own. */
  readonly makesTopics?: boolean;
  /** A second listener, SASL_SSL, for clients that have to say who they are. */
  readonly secure?: SecureListener;
  /** Its place among several brokers; alone when absent. */
  readonly member?: ClusterMember;
}

interface SecureListener {
  readonly port: number;
  /** The broker's key and certificate, PEM, in one file. */
  readonly bundle: string;
  readonly username: string;
  readonly password: string;
}

interface ClusterMember {
  readonly id: number;
  /** `id@host:port` of every controller. */
  readonly voters: readonly string[];
  /** The same for all. */
  readonly clusterId: string;
}

type CompleteOptions = Required<Omit<NativeKafkaOptions, 'secure'>> & Pick<NativeKafkaOptions, 'secure'>;

/** Base64 of a small first byte starts with a letter: a leading `-` would be taken for an option. */
export const newClusterId = (): string => Buffer.concat([Buffer.alloc(1), randomBytes(15)]).toString('base64url');

/** One Apache Kafka broker in KRaft mode, broker and controller in one process. */
export class NativeKafka {
  private constructor(
    private readonly options: CompleteOptions,
    readonly process: NativeProcess,
  ) {}

  static async start(options: NativeKafkaOptions): Promise<NativeKafka> {
    await assertJars();
    const port = options.port ?? (await freePort());
    const controllerPort = options.controllerPort ?? (await freePort());
    const complete = {
      ...options,
      port,
      controllerPort,
      advertised: options.advertised ?? `127.0.0.1:${port}`,
      makesTopics: options.makesTopics ?? false,
      member: options.member ?? { id: 1, voters: [`1@127.0.0.1:${controllerPort}`], clusterId: newClusterId() },
    };
    await prepare(complete);
    const process = await NativeProcess.start({
      name: 'Kafka',
      ...java([heapOf(complete), '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=4'], ['kafka.Kafka', 'server.properties']),
      cwd: options.dir,
      ready: () => accepts(port),
      readyWithinMs: 60_000,
    });
    return new NativeKafka(complete, process);
  }

  get brokers(): string {
    return this.options.advertised;
  }

  get port(): number {
    return this.options.port;
  }

  /** Writes a message for each line with Kafka's own producer. */
  async produce(topic: string, compression: string, lines: readonly string[]): Promise<void> {
    const more = ['--compression-codec', compression, '--max-block-ms', '20000'];
    await this.#tool('ConsoleProducer', ['--topic', topic, ...more], `${lines.join('\n')}\n`);
  }

  /** The first lines of a topic, read by Kafka's own consumer. */
  async read(topic: string, count: number): Promise<string[]> {
    const more = ['--from-beginning', '--max-messages', String(count), '--timeout-ms', '20000'];
    const printed = await this.#tool('consumer.ConsoleConsumer', ['--topic', topic, ...more], '');
    return printed.split('\n').filter((line) => line !== '');
  }

  async #tool(name: string, args: readonly string[], input: string): Promise<string> {
    const main = [`org.apache.kafka.tools.${name}`, '--bootstrap-server', this.brokers, ...args];
    const command = java(['-Xmx128m'], main);
    const running = promisify(execFile)(command.file, command.args, { maxBuffer: 64 * 1024 * 1024, timeout: 50_000 });
    running.child.stdin!.end(input);
    return (await running).stdout;
  }

  /** Starts it again on the same data and ports, after it has ended. */
  restart(): Promise<NativeKafka> {
    return NativeKafka.start(this.options);
  }

  kill(): Promise<void> {
    return this.process.end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.process.end('SIGTERM');
  }
}

async function assertJars(): Promise<void> {
  const found = await readdir(jars).catch(() => []);
  if (!found.some((name) => name.startsWith('kafka-server-')))
    throw new Error(`Kafka's jars are missing in ${jars}. Get them with: npm run provision (needs Java 17 and Maven)`);
}

/** Formats the folder the first time, as `kafka-storage.sh format` does. */
async function prepare(options: CompleteOptions): Promise<void> {
  const { dir, member, secure } = options;
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'server.properties'), propertiesText(options));
  if (existsSync(join(dir, 'log/meta.properties'))) return;
  const users = secure ? ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => ['--add-scram', scramUser(mechanism, secure)]) : [];
  const format = java(['-Xmx128m'], ['kafka.tools.StorageTool', 'format', '-t', member.clusterId, '-c', 'server.properties', ...users]);
  const formatting = await NativeProcess.start({
    name: 'kafka-storage',
    ...format,
    cwd: dir,
    ready: async () => existsSync(join(dir, 'log/meta.properties')),
    readyWithinMs: 60_000,
  });
  await formatting.ending();
}

const scramUser = (mechanism: string, { username, password }: SecureListener) => `${mechanism}=[name=${username},password=${password}]`;

/** Several brokers share the machine. */
const heapOf = ({ member }: CompleteOptions) => (member.voters.length > 1 ? '-Xmx256m' : '-Xmx512m');

/**
 * Beside the topics' settings, which the product makes itself: small internal topics, no delay before the first rebalance,
 * and flushing left to the system, as Kafka means it: what a kill leaves in the page cache is kept.
 */
function propertiesText({ port, controllerPort, advertised, makesTopics, secure, member }: CompleteOptions): string {
  const copies = Math.min(3, member.voters.length);
  const inSync = Math.max(1, copies - 1);
  const listeners = [`PLAINTEXT://127.0.0.1:${port}`, `CONTROLLER://127.0.0.1:${controllerPort}`];
  const advertisements = [`PLAINTEXT://${advertised}`];
  if (secure) {
    listeners.push(`SECURE://127.0.0.1:${secure.port}`);
    advertisements.push(`SECURE://127.0.0.1:${secure.port}`);
  }
  return `${[
    'process.roles=broker,controller',
    `node.id=${member.id}`,
    `controller.quorum.voters=${member.voters.join(',')}`,
    `listeners=${listeners.join(',')}`,
    `advertised.listeners=${advertisements.join(',')}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    'log.dirs=log',
    `auto.create.topics.enable=${makesTopics}`,
    'num.partitions=12',
    `offsets.topic.replication.factor=${copies}`,
    'offsets.topic.num.partitions=4',
    `transaction.state.log.replication.factor=${copies}`,
    `transaction.state.log.min.isr=${inSync}`,
    'transaction.state.log.num.partitions=2',
    // A killed broker is let back in after this.
    'broker.session.timeout.ms=2000',
    'broker.heartbeat.interval.ms=500',
    `share.coordinator.state.topic.replication.factor=${copies}`,
    `share.coordinator.state.topic.min.isr=${inSync}`,
    'group.initial.rebalance.delay.ms=0',
    'group.min.session.timeout.ms=1000',
    'num.network.threads=2',
    'num.io.threads=4',
    'log.cleaner.dedupe.buffer.size=8388608',
    'log.cleaner.threads=1',
    ...(secure ? secureProperties(secure) : []),
  ].join('\n')}\n`;
}

function secureProperties({ bundle, username, password }: SecureListener): string[] {
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`;
  return [
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    `listener.name.secure.scram-sha-256.sasl.jaas.config=${scram}`,
    `listener.name.secure.scram-sha-512.sasl.jaas.config=${scram}`,
    `listener.name.secure.plain.sasl.jaas.config=${plain}`,
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${bundle}`,
  ];
}

function java(options: readonly string[], main: readonly string[]): { file: string; args: string[] } {
  const logging = `-Dlog4j2.configurationFile=${join(nativeFolder, 'log4j2.properties')}`;
  return { file: 'java', args: [...options, logging, '-cp', join(jars, '*'), ...main] };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.unref().once('connect', () => socket.destroy());
  });
}
