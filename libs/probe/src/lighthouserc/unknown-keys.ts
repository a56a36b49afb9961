import { type RcProblem, warning } from './rc-problem.ts';

/** A warning for each key that nothing reads. */
export function unknownKeys(section: object, known: readonly string[]): RcProblem[] {
  return Object.keys(section).flatMap((key) => (known.includes(key) ? [] : [warning([key], `${key} is not known and not used`)]));
}
