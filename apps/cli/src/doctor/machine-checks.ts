import { access, mkdtemp, rm, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Environment, openChdbEngine, SystemClock } from '#platform';
import type { RunningServer } from '../running-server.ts';
import { type Finding, ok, problem, warning } from './check.ts';

/** Below this a busy day may fill the disk. */
const comfortableBytes = 5 * 2 ** 30;

/** Tried, not asked: permissions say nothing of read-only disks, and mean nothing to root. */
async function canWrite(folder: string): Promise<boolean> {
  try {
    await rm(await mkdtemp(join(folder, '.doctor-')), { recursive: true });
    return true;
  } catch {
    return false;
  }
}

/** Whether the folder, or the one it will be made in, can be written, and how much fits. */
export async function checkDataFolder({ dataDir }: Environment, server: RunningServer | undefined): Promise<Finding> {
  const folder = await nearestExisting(resolve(dataDir));
  if (!(await canWrite(folder))) {
    return problem('data folder', `${folder} cannot be written`, 'give its owner to this user, or set BEACONHOUSE_DATA_DIR (--data)');
  }
  const { bavail, bsize } = await statfs(folder);
  const free = `${(Number(bavail * bsize) / 2 ** 30).toFixed(1)} GiB free`;
  const state = server ? `in use by the server at ${server.http}` : folder === resolve(dataDir) ? 'not in use' : 'will be made';
  if (bavail * bsize < comfortableBytes)
    return warning('data folder', `${dataDir}: ${state}, only ${free}`, 'free some space on that disk');
  return ok('data folder', `${dataDir}: ${state}, ${free}`);
}

async function nearestExisting(folder: string): Promise<string> {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  return exists || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}

export async function checkPorts({ host, ports }: Environment, server: RunningServer | undefined): Promise<Finding[]> {
  if (server) return [ok('ports', `taken by the server itself: ${server.http}, ${server.sql}`)];
  const wanted = [
    { name: 'port of intake and API', port: ports.http, variable: 'BEACONHOUSE_PORT' },
    { name: 'port of SQL', port: ports.sql, variable: 'BEACONHOUSE_SQL_PORT' },
  ];
  return Promise.all(wanted.map((each) => checkPort(host, each)));
}

async function checkPort(host: string, { name, port, variable }: { name: string; port: number; variable: string }): Promise<Finding> {
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((settle) => {
    const server = createServer();
    server.once('error', settle);
    server.listen(port, host, () => server.close(() => settle(undefined)));
  });
  if (failure === undefined) return ok(name, port === 0 ? 'any free one' : `${host}:${port} is free`);
  return problem(
    name,
    `${host}:${port} cannot be listened on (${failure.code})`,
    `set ${variable} to another port, or to 0 for any free one`,
  );
}

/** Opens an engine in a folder of its own: a missing system library or too little memory shows here. */
export async function checkEngine(): Promise<Finding> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-doctor-'));
  try {
    const engine = await openChdbEngine({ dataDir, clock: new SystemClock() });
    await engine.close();
    return ok('engine', `ClickHouse ${engine.version}`);
  } catch (error) {
    return problem('engine', `it does not open: ${(error as Error).message}`, 'run npm ci again; on Linux glibc 2.31 or newer is needed');
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}
