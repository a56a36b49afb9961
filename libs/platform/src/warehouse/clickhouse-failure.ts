import { types } from 'node:util';

/** What a ClickHouse server answered instead of a result. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal';
  constructor(
    message: string,
    readonly code: number,
    /** ClickHouse's name for the code, such as UNKNOWN_TABLE. */
    readonly codeName: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** No server was spoken to: nothing can have happened there. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The connection ended, fell silent, or somebody between us and the server answered: what was asked may have happened. */
class AnswerLost extends Error {
  override readonly name = 'AnswerLost';
}

/** The server does not know the user, or not by this password. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
}

export type ServerFailure = ServerRefusal | Unreachable | AnswerLost | SignInRefused;

/** Codes for a user that is unknown, a missing password, a wrong one, and an address the user may not come from. */
const signInCodes = new Set([192, 193, 194, 195, 516]);

/** System errors before a connection stands. */
const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);

/** A proxy's page, not an engine's sentence. */
const longestForeignText = 300;

export function readFailure(thrown: unknown, address: string, username: string): ServerFailure {
  const error = types.isNativeError(thrown) ? thrown : new Error(String(thrown));
  const { code, type } = error as Error & { readonly code?: unknown; readonly type?: unknown };
  // The client throws the server's code as text, and Node a name such as ECONNRESET.
  if (typeof code === 'string' && /^\d+$/.test(code)) {
    if (signInCodes.has(Number(code))) return signInRefused(address, username);
    return new ServerRefusal(error.message.trim(), Number(code), String(type ?? ''), { cause: error });
  }
  const message = `ClickHouse at ${address}: ${error.message.slice(0, longestForeignText)}`;
  const reached = !unreachable.has(String(code)) && !isConnectFailure(error);
  return reached ? new AnswerLost(message, { cause: error }) : new Unreachable(message, { cause: error });
}

/** Without the server's words: they may repeat what was sent. */
function signInRefused(address: string, username: string): SignInRefused {
  return new SignInRefused(`ClickHouse at ${address} does not let the user ${username} in: check CLICKHOUSE_USER and CLICKHOUSE_PASSWORD`);
}

/** A name with several addresses, none of which answers; a certificate that is not trusted or for somebody else. */
function isConnectFailure(error: Error): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.every((each) => isConnectFailure(each as Error));
  return syscall === 'connect' || syscall === 'getaddrinfo' || /^(CERT|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code ?? '');
}
