import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { brokenLimit } from './broken-limit.ts';
import { Refusal } from './refusal.ts';

/** Checks a body against a schema; what is wrong is named by its path. */
export class BodyPipe<Schema extends z.ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(body: unknown): z.output<Schema> {
    const checked = this.schema.safeParse(body ?? {}, { reportInput: true });
    if (checked.success) return checked.data;
    throw bodyRefusal(checked.error.issues[0] as z.core.$ZodIssue);
  }
}

export function bodyRefusal(issue: z.core.$ZodIssue): Refusal {
  const path = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const field = [path, issue.keys[0]].filter(Boolean).join('.');
    return new Refusal('body_invalid', `there is no field ${JSON.stringify(issue.keys[0])} here`, field);
  }
  return new Refusal('body_invalid', `${path || 'the body'}: ${issue.message}`, path || 'body', brokenLimit(issue));
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`)).join('');
}
