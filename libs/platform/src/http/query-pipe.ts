import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { brokenLimit } from './broken-limit.ts';
import { Refusal } from './refusal.ts';

type Issue = z.core.$ZodIssue;

/** The first thing wrong with the parameters, naming the parameter and its limit. */
function refusalOf(issue: Issue, known: readonly string[]): Refusal {
  if (issue.code === 'unrecognized_keys') {
    const field = issue.keys[0] ?? null;
    return new Refusal('parameter_unknown', `there is no parameter ${JSON.stringify(field)} here`, field, known.join(', '));
  }
  const field = String(issue.path[0] ?? '');
  const missing = issue.input === undefined;
  return new Refusal(missing ? 'parameter_missing' : 'parameter_invalid', `${field}: ${issue.message}`, field, brokenLimit(issue));
}

/** Checks the query string against a schema; a parameter the route does not know is refused rather than overlooked. */
export class QueryPipe<Schema extends z.ZodObject> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(query: unknown): z.output<Schema> {
    const checked = this.schema.safeParse(query, { reportInput: true });
    if (checked.success) return checked.data;
    throw refusalOf(checked.error.issues[0] as Issue, Object.keys(this.schema.shape));
  }
}
