import type { core } from 'zod';
import type { RejectReason } from '#contracts';
import { type Refusal, refuse } from '../arrival.ts';

type Issue = core.$ZodIssue;

/** Turns the schema's first complaint into the closed list of reasons, with the field's path and the limit it broke. */
export function refusalOfIssue(issue: Issue, prefix: string): Refusal {
  const field = pathOf(prefix, issue.path) || 'body';
  return refuse(reasonOf(issue, field), `${field}: ${issue.message}`, field, limitOf(issue));
}

/** `metrics[3].attributes.color` */
function pathOf(prefix: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = String(part).slice(0, 64);
    return text === '' ? name : `${text}.${name}`;
  }, prefix);
}

function reasonOf(issue: Issue, field: string): RejectReason {
  if (issue.code === 'too_big' && issue.origin === 'array') return 'too_many_events';
  if (issue.code === 'too_big' && issue.origin === 'string') return 'string_too_long';
  if (issue.code === 'invalid_union') return nested(issue, field);
  if (field.endsWith('.name')) return 'name_invalid';
  return field.endsWith('.value') ? 'value_out_of_range' : 'shape_invalid';
}

/** An attribute may be text, number or flag; where the text was too long that is what is said. */
function nested(issue: Extract<Issue, { code: 'invalid_union' }>, field: string): RejectReason {
  const tooLong = issue.errors.flat().find((inner) => inner.code === 'too_big');
  return tooLong ? reasonOf(tooLong, field) : 'shape_invalid';
}

function limitOf(issue: Issue): number | string | null {
  switch (issue.code) {
    case 'too_big':
      return Number(issue.maximum);
    case 'too_small':
      return Number(issue.minimum);
    case 'invalid_format':
      return issue.pattern ?? issue.format;
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.join(', ');
    case 'invalid_union':
      return limitOfUnion(issue);
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return null;
  }
}

function limitOfUnion(issue: Extract<Issue, { code: 'invalid_union' }>): number | string | null {
  const tooLong = issue.errors.flat().find((inner) => inner.code === 'too_big');
  return tooLong ? limitOf(tooLong) : 'string, number, boolean';
}
