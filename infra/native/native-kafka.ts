import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
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
}

/** One Apache Kafka broker in KRaft mode, broker and controller in one process. */
export class NativeKafka {
  private constructor(
    private readonly options: Required<NativeKafkaOptions>,
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
    };
    await prepare(complete);
    const process = await NativeProcess.start({
      name: 'Kafka',
      ...java(['-Xmx512m', '-Xms256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=4'], ['kafka.Kafka', 'server.properties']),
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
async function prepare(options: Required<NativeKafkaOptions>): Promise<void> {
  const { dir } = options;
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'server.properties'), propertiesText(options));
  if (existsSync(join(dir, 'log/meta.properties'))) return;
  const id = randomBytes(16);
  // Base64 of a small first byte starts with a letter: a leading `-` would be taken for an option.
  id[0] = 0;
  const clusterId = id.toString('base64url');
  const format = java(['-Xmx128m'], ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', 'server.properties']);
  const formatting = await NativeProcess.start({
    name: 'kafka-storage',
    ...format,
    cwd: dir,
    ready: async () => existsSync(join(dir, 'log/meta.properties')),
    readyWithinMs: 60_000,
  });
  await formatting.ending();
}

/**
 * Beside the topics' settings, which the product makes itself: small internal topics, no delay before the first rebalance,
 * and flushing left to the system, as Kafka means it: what a kill leaves in the page cache is kept.
 */
function propertiesText({ port, controllerPort, advertised, makesTopics }: Required<NativeKafkaOptions>): string {
  return `${[
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://${advertised}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    'log.dirs=log',
    `auto.create.topics.enable=${makesTopics}`,
    'num.partitions=12',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=4',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'transaction.state.log.num.partitions=2',
    // A killed broker is let back in after this.
    'broker.session.timeout.ms=2000',
    'broker.heartbeat.interval.ms=500',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'group.min.session.timeout.ms=1000',
    'num.network.threads=2',
    'num.io.threads=4',
    'log.cleaner.dedupe.buffer.size=8388608',
    'log.cleaner.threads=1',
  ].join('\n')}\n`;
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
