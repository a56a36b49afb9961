export type Side = 'base' | 'candidate';

/** A B B A A B B A ...: what drifts on the machine hits both sides alike. `from` pairs were measured before. */
export function turns(pairs: number, from = 0): Side[] {
  return Array.from({ length: pairs }, (_, pair): Side[] =>
    (pair + from) % 2 === 0 ? ['base', 'candidate'] : ['candidate', 'base'],
  ).flat();
}
