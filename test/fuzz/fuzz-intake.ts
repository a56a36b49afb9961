import { Agent, request } from 'node:http';
import fc from 'fast-check';
import { type HostileRequest, hostileRequests } from './hostile-beacons.ts';

export interface FuzzReport {
  readonly cases: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Error answers whose body is not the documented one. */
  readonly malformed: readonly string[];
  /** Cases by error code: how deep the cases went. */
  readonly codes: Readonly<Record<string, number>>;
}

/** What is sent, and what an error's answer must look like. */
interface Fuzzed {
  readonly requests: fc.Arbitrary<HostileRequest>;
  /** The error's code, or undefined where the body is not the documented one. */
  readonly codeOf: (text: string) => string | undefined;
}
const beacons: Fuzzed = { requests: hostileRequests, codeOf };

/** Sends so many hostile requests, a few at a time, and judges every answer. */
export async function fuzzIntake(port: number, cases: number, seed: number, fuzzed = beacons): Promise<FuzzReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const statuses: Record<number, number> = {};
  const codes: Record<string, number> = {};
  const malformed: string[] = [];
  const stream = fc.sample(fuzzed.requests, { numRuns: cases, seed })[Symbol.iterator]();
  const worker = async () => {
    for (let next = stream.next(); !next.done; next = stream.next()) {
      const { status, text } = await post(agent, port, next.value);
      statuses[status] = (statuses[status] ?? 0) + 1;
      const code = status >= 400 ? fuzzed.codeOf(text) : '';
      if (code === undefined) malformed.push(`${status} ${text.slice(0, 200)}`);
      else if (code) codes[code] = (codes[code] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  agent.destroy();
  return { cases, statuses, malformed, codes };
}

/** The error's code, or undefined where the body is not `{"error":{code,message,field,limit}}`. */
function codeOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text);
    const shaped = typeof error.code === 'string' && typeof error.message === 'string' && 'field' in error && 'limit' in error;
    return shaped ? error.code : undefined;
  } catch {
    return undefined;
  }
}

/** Status 0: the connection broke, which an answer with `connection: close` may do to the unread rest of a body. */
function post(agent: Agent, port: number, { path, headers, body }: HostileRequest): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    let done = false;
    const finish = (status: number, text: string) => {
      if (!done) resolve({ status, text });
      done = true;
    };
    const outgoing = request({
      agent,
      host: '127.0.0.1',
      port,
      path,
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
    });
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => finish(response.statusCode ?? 0, text));
      response.on('error', () => finish(response.statusCode ?? 0, text));
    });
    outgoing.on('error', () => finish(0, ''));
    outgoing.end(body);
  });
}
