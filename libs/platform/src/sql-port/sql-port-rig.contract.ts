import { request as httpRequest, type IncomingMessage } from 'node:http';
import { SqlGuard } from './sql-guard.ts';
import { openSqlPort, type SqlPortOptions } from './sql-port.ts';
import { openTestEngine, type TestEngine } from './sql-test-engine.contract.ts';

export const secret = 'the-house-alone-knows-this';
export const token = 'a-token-that-may-read';

export interface TestPort {
  readonly base: string;
  close(): Promise<void>;
}

/** A real engine behind a real port. */
export class SqlPortRig {
  private constructor(
    readonly test: TestEngine,
    readonly base: string,
    /** What the ports told the log. */
    readonly reported: unknown[],
    private readonly port: TestPort,
  ) {}

  static async open(options: Partial<SqlPortOptions> = {}): Promise<SqlPortRig> {
    const test = await openTestEngine();
    const reported: unknown[] = [];
    const port = await openTestPort(test, reported, options);
    return new SqlPortRig(test, port.base, reported, port);
  }

  /** Another port on the same engine. */
  openPort(options: Partial<SqlPortOptions>): Promise<TestPort> {
    return openTestPort(this.test, this.reported, options);
  }

  ask(sql: string | Uint8Array | ArrayBuffer, init: RequestInit = {}, parameters = ''): Promise<Response> {
    return fetch(`${this.base}/?${parameters}`, { method: 'POST', body: sql as string, ...init });
  }

  /** A request whose headers may say anything. */
  raw(sql: string, headers: Record<string, string>): Promise<RawAnswer> {
    return rawRequest(this.base, sql, headers);
  }

  async untilRunning(part: string): Promise<void> {
    while (!(await this.#running()).some((query) => query.includes(part)));
  }

  async untilIdle(): Promise<void> {
    while ((await this.#running()).length > 0);
  }

  async close(): Promise<void> {
    await this.port.close();
    await this.test.close();
  }

  async #running(): Promise<string[]> {
    const sql = "SELECT query FROM system.processes WHERE query NOT LIKE '%system.processes%'";
    const { bytes } = await this.test.engine.query({ sql, format: 'TSVRaw' });
    return Buffer.from(bytes).toString().trim().split('\n').filter(Boolean);
  }
}

async function openTestPort({ engine }: TestEngine, reported: unknown[], options: Partial<SqlPortOptions>): Promise<TestPort> {
  const report = (error: unknown) => reported.push(error);
  const common = { engine, guard: new SqlGuard({ engine }), host: '127.0.0.1', port: 0, writerSecret: secret, readTokens: [token], report };
  const { address, close } = await openSqlPort({ ...common, ...options });
  return { base: `http://127.0.0.1:${address.port}`, close };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** False where the body was cut off. */
  readonly complete: boolean;
}

function rawRequest(base: string, sql: string, headers: Record<string, string>): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(base, { method: 'POST', headers }, (response) => {
      const pieces: Buffer[] = [];
      const done = () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(pieces), complete: response.complete });
      response.on('data', (piece: Buffer) => pieces.push(piece)).on('error', () => undefined);
      response.on('close', done);
    });
    sent.on('error', reject).end(sql);
  });
}
