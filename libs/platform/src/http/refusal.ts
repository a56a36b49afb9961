import { RequestRefused } from './error-answer.ts';

/** Why a request was not answered as asked. The codes are part of the API: programs decide by them, people read the message. */
const statusOfCode = {
  parameter_invalid: 400,
  parameter_unknown: 400,
  parameter_missing: 400,
  metric_name_invalid: 400,
  range_invalid: 400,
  range_too_long: 400,
  body_invalid: 400,
  forbidden: 403,
  not_found: 404,
  body_timeout: 408,
  conflict: 409,
  version_conflict: 409,
  read_only: 409,
  body_too_large: 413,
  content_type_unsupported: 415,
  question_too_heavy: 422,
  too_many: 422,
  quota_exceeded: 429,
  warehouse_busy: 503,
  stream_unavailable: 503,
} as const;
export type RefusalCode = keyof typeof statusOfCode;

/** What is wrong with the parameters of a question. */
export const parameterCodes: readonly RefusalCode[] = [
  ...(['parameter_invalid', 'parameter_unknown', 'parameter_missing', 'metric_name_invalid', 'range_invalid', 'range_too_long'] as const),
];

/** A request that cannot be answered as asked; names the parameter or field and the limit it broke. */
export class Refusal extends RequestRefused {
  constructor(
    code: RefusalCode,
    message: string,
    field: string | null = null,
    limit: number | string | null = null,
    current?: Readonly<Record<string, unknown>>,
  ) {
    super(statusOfCode[code], code, message, field, limit, current);
  }
}
