import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { NativeKafka } from '../../../../../infra/native/native-kafka.ts';
import { freePort } from '../../../../../infra/native/native-process.ts';
import { makeServerCertificate, type ServerCertificate } from '../../../../../infra/native/server-certificate.ts';
import { readEnvironment } from '../../config/environment.ts';
import { openClusterStream } from '../../open-cluster.ts';
import { message, Recorder } from '../event-stream.contract.ts';

jest.setTimeout(60_000);

const password = 'correct-horse-battery';
let dir: string;
let port: number;
let kafka: NativeKafka;
let ours: ServerCertificate;
let strangers: ServerCertificate;
const log: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kafka-'));
  [ours, strangers, port] = [await makeServerCertificate(dir, 'broker'), await makeServerCertificate(dir, 'stranger'), await freePort()];
  kafka = await NativeKafka.start({ dir, secure: { port, bundle: ours.bundle, username: 'house', password } });
}, 90_000);
afterAll(async () => {
  await kafka.kill();
  await rm(dir, { recursive: true, force: true });
});

/** As an app opens it, from the settings an operator makes. */
function open(settings: Record<string, string>) {
  const environment = readEnvironment({
    ...{ BEACONHOUSE_MODE: 'cluster', KAFKA_BROKERS: `127.0.0.1:${port}`, KAFKA_REPLICATION: '1', KAFKA_PARTITIONS: '1' },
    ...{ KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: ours.certificate },
    ...{ KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_USERNAME: 'house', KAFKA_PASSWORD: password },
    ...settings,
  });
  return openClusterStream(environment, 'test', pino({}, { write: (line: string) => log.push(line) }), new Registry());
}

describe('Kafka behind TLS and SASL', () => {
  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('takes and gives messages after %s', async (mechanism) => {
    const stream = await open({ KAFKA_SASL_MECHANISM: mechanism, KAFKA_TOPIC_PREFIX: `${mechanism}.` });
    const recorder = new Recorder();
    const consume = { topic: 'rum', group: 'loader', maxMessages: 10, maxBytes: 1_000_000, lingerMs: 0 } as const;
    const stop = await stream.consume(consume, recorder.handle);
    await stream.publish('rum', [message(1), message(2)]);
    await recorder.until(2);
    await stop();
    await stream.close();
  });

  it.each([
    ['a wrong password', { KAFKA_PASSWORD: 'wrong-horse' }, /see KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD/],
    [
      'a certificate of somebody else',
      {
        get KAFKA_TLS_CA_FILE() {
          return strangers.certificate;
        },
      },
      /not signed by the authority in KAFKA_TLS_CA_FILE/,
    ],
    ['no TLS', { KAFKA_TLS: 'false' }, /wants TLS does: see KAFKA_TLS/],
    ['certificates that are not there', { KAFKA_TLS_CA_FILE: '/nowhere/ca.pem' }, /\/nowhere\/ca\.pem/],
  ])('says what is wrong with %s, and no secret', async (_name, settings, reason) => {
    const error = await open({ KAFKA_TOPIC_PREFIX: 'refused.', ...settings }).then(
      () => undefined,
      (refused: Error) => refused,
    );
    expect(error?.message).toMatch(reason);
    expect([error?.message, ...log].join('\n')).not.toMatch(/horse/);
  });
});
