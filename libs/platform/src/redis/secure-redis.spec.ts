import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { freePort } from '../../../../infra/native/native-process.ts';
import { NativeRedis } from '../../../../infra/native/native-redis.ts';
import { makeServerCertificate, type ServerCertificate } from '../../../../infra/native/server-certificate.ts';
import { readEnvironment } from '../config/environment.ts';
import { openClusterJobs } from '../open-cluster.ts';

jest.setTimeout(60_000);

const password = 'correct-horse-battery';
let dir: string;
let redis: NativeRedis;
let port: number;
let ours: ServerCertificate;
let strangers: ServerCertificate;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'redis-'));
  [ours, strangers, port] = [await makeServerCertificate(dir, 'redis'), await makeServerCertificate(dir, 'stranger'), await freePort()];
  redis = await NativeRedis.start({
    dir,
    secure: { port, certificate: ours },
    more: ['--user', 'house', 'on', `>${password}`, '~*', '&*', '+@all'],
  });
});
afterAll(async () => {
  await redis.kill();
  await rm(dir, { recursive: true, force: true });
});

/** As an app opens it, from the settings an operator makes. */
function open(secret: string, caFile: string | undefined) {
  const url = `rediss://house:${secret}@127.0.0.1:${port}`;
  const environment = readEnvironment({ BEACONHOUSE_MODE: 'cluster', REDIS_URL: url, REDIS_TLS_CA_FILE: caFile });
  return openClusterJobs(environment, pino({ level: 'silent' }));
}

describe('Redis behind TLS', () => {
  it('keeps jobs for who trusts its certificate and knows the password', async () => {
    const jobs = await open(password, ours.certificate);
    const done = new Promise<void>((resolve) => {
      jobs.define({ name: 'hourly', concurrency: 1, maxAttempts: 1, backoffMs: 100, handler: async () => resolve() });
    });
    await jobs.start();
    await jobs.add('hourly', '1', {});
    await done;
    await jobs.stop();
  });

  it.each([
    ['a wrong password', () => open('wrong-horse', ours.certificate), /WRONGPASS|invalid username-password/],
    ['a certificate of somebody else', () => open(password, strangers.certificate), /self-signed certificate|unable to verify/],
    ['no certificate to trust', () => open(password, undefined), /self-signed certificate|unable to verify/],
  ])('says what is wrong with %s, and no secret', async (_name, opening, reason) => {
    const error = await opening().then(
      () => undefined,
      (refused: Error) => refused,
    );
    expect(error?.message).toMatch(reason);
    expect(error?.message).not.toMatch(/horse/);
  });
});
