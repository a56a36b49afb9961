/** Something in a configuration that is told. An error keeps it from being used. */
export interface RcProblem {
  readonly level: 'warning' | 'error';
  /** Where it stands, as far as that is known. */
  readonly field: readonly PropertyKey[];
  readonly message: string;
}

export const warning = (field: readonly PropertyKey[], message: string): RcProblem => ({ level: 'warning', field, message });
export const mistake = (field: readonly PropertyKey[], message: string): RcProblem => ({ level: 'error', field, message });

export const below = (field: readonly PropertyKey[], problems: readonly RcProblem[]): RcProblem[] =>
  problems.map((problem) => ({ ...problem, field: [...field, ...problem.field] }));

/** A configuration that cannot be used; one line for each thing that is wrong. */
export class LighthousercInvalid extends Error {
  override readonly name = 'LighthousercInvalid';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}
