import type { ErrorBody } from '#contracts';

/** A call that no tool saw, as the HTTP answer it becomes. */
export class ToolRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly limit: number | string | null = null,
  ) {
    super(message);
  }

  get body(): ErrorBody {
    return { error: { code: this.code, message: this.message, field: this.field, limit: this.limit } };
  }
}
