import { isRecord } from './merge-rc.ts';
import { mistake, type RcProblem, warning } from './rc-problem.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export interface Interpolated {
  readonly value: unknown;
  readonly problems: readonly RcProblem[];
  /** Values that are not to be shown. */
  readonly secrets: readonly string[];
  /** Puts the names back where values of variables stand in a text that is shown. */
  mask(text: string): string;
}

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;
const secretName = /token|secret|password|key|auth|cookie|credential|session/i;
/** A shorter value would be found in places that have nothing to do with it. */
const shortestSecret = 4;

/**
 * Puts the values of variables in the place of `${NAME}`. One that is not set is a mistake, except in `upload`, whose values Lighthouse CI takes from
 * the environment by other names. What comes from a variable is not to be shown, except the plain parts of an address.
 */
export function interpolate(value: unknown, variables: Variables): Interpolated {
  const problems: RcProblem[] = [];
  const secrets = new Map<string, string>();
  const replaced = within(value, []);
  return { value: replaced, problems, secrets: [...secrets.keys()], mask: (text) => maskAll(text, secrets) };

  function within(part: unknown, field: readonly string[]): unknown {
    if (typeof part === 'string') return part.replace(reference, (written, name: string) => replacement(written, name, field));
    if (Array.isArray(part)) return part.map((each, index) => within(each, [...field, String(index)]));
    if (!isRecord(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, within(each, [...field, key])]));
  }

  function replacement(written: string, name: string, field: readonly string[]): string {
    const found = variables[name];
    if (found === undefined) {
      const problem = field.includes('upload') ? warning : mistake;
      problems.push(problem(field, `the variable ${name} is not set`));
      return written;
    }
    const isSecret = !field.includes('url') || secretName.test(name);
    if (isSecret && found.length >= shortestSecret) secrets.set(found, written);
    return found;
  }
}

/** The longest first: one may hold another. */
function maskAll(text: string, secrets: ReadonlyMap<string, string>): string {
  const sorted = [...secrets].sort(([one], [other]) => other.length - one.length);
  return sorted.reduce((masked, [secret, name]) => masked.replaceAll(secret, name), text);
}
