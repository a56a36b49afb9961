import type { IncomingHttpHeaders } from 'node:http';
import { EngineError } from '../engine/engine.ts';
import { sameSecret } from './writer-secret.ts';

/** A reader's SQL passes the guard; the writer's runs as it is. */
export type Role = 'reader' | 'writer';

export interface Admission {
  readonly writerSecret: string;
  readonly readTokens: readonly string[];
  /** True where questions need no password: the port is bound to loopback. */
  readonly open: boolean;
}

/** Who asks, by the password alone: user names mean nothing here. Throws with the codes a server answers with. */
export function recogniseCaller(headers: IncomingHttpHeaders, parameters: URLSearchParams, admission: Admission): Role {
  const password = givenPassword(headers, parameters);
  if (password === '') {
    if (admission.open) return 'reader';
    throw new EngineError('Authentication failed: a token with the role read is required as the password', 194, 'REQUIRED_PASSWORD');
  }
  if (sameSecret(password, admission.writerSecret)) return 'writer';
  if (admission.readTokens.map((token) => sameSecret(password, token)).includes(true)) return 'reader';
  throw new EngineError('Authentication failed: password is incorrect, or there is no such token', 516, 'AUTHENTICATION_FAILED');
}

/** From X-ClickHouse-Key, the Authorization header (basic or bearer) or `password` in the address; the first that is there. */
function givenPassword(headers: IncomingHttpHeaders, parameters: URLSearchParams): string {
  const key = headers['x-clickhouse-key'];
  if (typeof key === 'string' && key !== '') return key;
  const [scheme = '', credentials = ''] = (headers.authorization ?? '').split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() === 'basic') {
    const decoded = Buffer.from(credentials, 'base64').toString();
    return decoded.slice(decoded.indexOf(':') + 1);
  }
  return parameters.get('password') ?? '';
}
