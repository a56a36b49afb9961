import { RequestRefused } from '#platform';

/** Why a question was not answered. The codes are part of the API: programs decide by them, people read the message. */
const statusOfCode = {
  parameter_invalid: 400,
  parameter_unknown: 400,
  parameter_missing: 400,
  metric_name_invalid: 400,
  range_invalid: 400,
  range_too_long: 400,
  forbidden: 403,
  not_found: 404,
  question_too_heavy: 422,
  warehouse_busy: 503,
} as const;
export type RefusalCode = keyof typeof statusOfCode;
export const refusalCodes = Object.keys(statusOfCode) as readonly RefusalCode[];

/** A question that cannot be answered as asked; names the parameter and the limit it broke. */
export class Refusal extends RequestRefused {
  constructor(code: RefusalCode, message: string, field: string | null = null, limit: number | string | null = null) {
    super(statusOfCode[code], code, message, field, limit);
  }
}
