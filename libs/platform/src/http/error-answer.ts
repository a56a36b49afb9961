import { randomUUID } from 'node:crypto';
import type { ErrorBody } from '#contracts';

/** What a handler throws to refuse a request with the house's error body. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  constructor(
    readonly statusCode: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly limit: number | string | null = null,
    /** What stands beside the error in the answer, as what is true now where somebody else was faster. */
    readonly current?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

/** Status and body for anything thrown; `report` is called with an id for what is not the client's fault. */
export function errorAnswer(
  error: unknown,
  report: (id: string) => void,
): { status: number; body: ErrorBody & { readonly current?: unknown } } {
  if (error instanceof RequestRefused) {
    const body = bodyOf(error.code, error.message, error.field, error.limit);
    return { status: error.statusCode, body: error.current === undefined ? body : { ...body, current: error.current } };
  }
  const status = (error as { statusCode?: number; status?: number }).statusCode ?? (error as { status?: number }).status ?? 500;
  if (status >= 400 && status < 500)
    return { status, body: bodyOf(status === 404 ? 'not_found' : 'request_invalid', (error as Error).message) };
  const id = randomUUID();
  report(id);
  return { status: 500, body: bodyOf('internal', `something went wrong here; the log has it under ${id}`) };
}

function bodyOf(code: string, message: string, field: string | null = null, limit: number | string | null = null): ErrorBody {
  return { error: { code, message, field, limit } };
}
