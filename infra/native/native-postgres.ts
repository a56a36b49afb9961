import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, NativeProcess } from './native-process.ts';

const versions = '/usr/lib/postgresql';

/** Folder of the newest PostgreSQL's programs, as Debian installs them. */
function programs(): string {
  const [newest] = existsSync(versions) ? readdirSync(versions).sort((one, other) => Number(other) - Number(one)) : [];
  if (newest === undefined) throw new Error(`PostgreSQL is missing (looked in ${versions}). Get it with: apt-get install postgresql`);
  return join(versions, newest, 'bin');
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
function asItsUser(command: readonly string[]): readonly [string, ...string[]] {
  return process.getuid?.() === 0
    ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command]
    : (command as [string, ...string[]]);
}

/** One PostgreSQL with a database cluster of its own, on a free port of this machine, in which everybody is let in with the password `secret`. */
export class NativePostgres {
  private constructor(
    readonly port: number,
    readonly process: NativeProcess,
  ) {}

  static async start(dir: string): Promise<NativePostgres> {
    const data = join(dir, 'postgres');
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const password = join(dir, 'password');
    const run = (...command: string[]) => {
      const [file, ...args] = asItsUser(command);
      const { status, stderr, stdout } = spawnSync(file, args, { cwd: '/', encoding: 'utf8' });
      if (status !== 0) throw new Error(`${command[0]} ended with ${status}: ${stderr}${stdout}`);
    };
    writeFileSync(password, 'secret\n');
    if (process.getuid?.() === 0) {
      const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
      for (const path of [dir, data, password]) chownSync(path, id('-u'), id('-g'));
    }
    run(
      join(programs(), 'initdb'),
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=scram-sha-256',
      `--pwfile=${password}`,
      '--no-sync',
      '-E',
      'UTF8',
    );
    const port = await freePort();
    const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', data, '-c', 'fsync=off', '-c', 'shared_buffers=16MB'];
    const [file, ...args] = asItsUser([join(programs(), 'postgres'), ...options]);
    const ready = async () => spawnSync(join(programs(), 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port), '-q']).status === 0;
    const started = await NativeProcess.start({ name: 'PostgreSQL', file, args, cwd: '/', ready, readyWithinMs: 20_000 });
    return new NativePostgres(port, started);
  }

  /** Of a database; with another password than the right one where one is given. */
  url(database = 'postgres', password = 'secret'): string {
    return `postgres://postgres:${password}@127.0.0.1:${this.port}/${database}`;
  }

  /** Waits for its clients to be gone. */
  stop(): Promise<void> {
    return this.process.end('SIGTERM');
  }
}
