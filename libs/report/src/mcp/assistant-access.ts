import type { IncomingHttpHeaders } from 'node:http';
import { foreignSite, isLoopback, sameSecret } from '#platform';

/** Who asks: `operate` may change what people may change, `read` only asks. */
export type Role = 'read' | 'operate';

export interface Tokens {
  readonly read: string | undefined;
  readonly operate: string | undefined;
}

export interface Caller {
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string;
}

/** `status` 401: a token would help; 403: none would. */
export interface Denied {
  readonly status: 401 | 403;
  readonly message: string;
}

/**
 * By the bearer token; without one, this machine only. A web page of another site is refused either way: its reader's browser may reach what
 * the page cannot.
 */
export function roleOf({ headers, remoteAddress }: Caller, tokens: Tokens): Role | Denied {
  const given = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  // Without a token a name that its owner points at this machine must not do, nor a proxy on it that lets the world in.
  const foreign = foreignSite(headers, given === undefined);
  if (foreign !== undefined && given === undefined && tokens.read === undefined && tokens.operate === undefined)
    return { status: 403, message: `${foreign}; set BEACONHOUSE_SQL_READ_TOKEN and send it as a bearer token` };
  if (foreign !== undefined) return given === undefined ? { status: 401, message: tokenWanted } : { status: 403, message: foreign };
  if (given !== undefined) {
    if (tokens.operate !== undefined && sameSecret(given, tokens.operate)) return 'operate';
    if (tokens.read !== undefined && sameSecret(given, tokens.read)) return 'read';
    return { status: 401, message: 'there is no such token: BEACONHOUSE_SQL_READ_TOKEN reads, BEACONHOUSE_OPERATE_TOKEN changes too' };
  }
  if (isLoopback(remoteAddress.replace(/^::ffff:/, ''))) return tokens.operate === undefined ? 'operate' : 'read';
  return { status: 401, message: tokenWanted };
}

const tokenWanted = 'send Authorization: Bearer with BEACONHOUSE_SQL_READ_TOKEN or BEACONHOUSE_OPERATE_TOKEN';
