import { aggregateCombinators, allowedAggregateFunctions, allowedFunctions, allowedTableFunctions } from './allowed-functions.ts';

/** A function the engine has. */
export interface EngineFunction {
  readonly name: string;
  readonly kind: 'function' | 'aggregate' | 'table';
  readonly caseInsensitive: boolean;
}

/** Decides about functions by the house's list and the engine's own. Unknown names are for the engine to refuse. */
export class FunctionRules {
  readonly #known: ReadonlySet<string>;
  readonly #knownAggregates: ReadonlySet<string>;
  readonly #tableFunctions: ReadonlySet<string>;
  readonly #callable: ReadonlySet<string>;
  readonly #allowed: ReadonlySet<string>;
  readonly #allowedAggregates: ReadonlySet<string>;

  constructor(engine: readonly EngineFunction[]) {
    this.#known = lowerCase(engine);
    this.#knownAggregates = lowerCase(engine.filter(({ kind }) => kind === 'aggregate'));
    this.#tableFunctions = lowerCase(engine.filter(({ kind }) => kind === 'table'));
    this.#callable = lowerCase(engine.filter(({ kind }) => kind !== 'table'));
    this.#allowed = spellings([...allowedFunctions, ...allowedAggregateFunctions], engine);
    this.#allowedAggregates = spellings(allowedAggregateFunctions, engine);
  }

  /** True for a scalar, aggregate or window function that may be called, as it is spelt. */
  allows(name: string): boolean {
    if (this.#allowed.has(name) || this.#allowed.has(`${name.toLowerCase()} `)) return true;
    if (this.#known.has(name.toLowerCase())) return false;
    return someBase(name, (base) => this.#allowedAggregates.has(base) || this.#allowedAggregates.has(`${base.toLowerCase()} `));
  }

  allowsTable(name: string): boolean {
    return allowedTableFunctions.includes(name);
  }

  isTableFunction(name: string): boolean {
    return this.#tableFunctions.has(name.toLowerCase());
  }

  /** True for what the engine could call in an expression by this name in any spelling, allowed or not. */
  isCallable(name: string): boolean {
    return this.#callable.has(name.toLowerCase()) || someBase(name, (base) => this.#knownAggregates.has(base.toLowerCase()));
  }

  /** True for a function of any kind, allowed or not. */
  knows(name: string): boolean {
    return this.isTableFunction(name) || this.isCallable(name);
  }
}

/** The names as they are and, for those the engine takes in any case, in lower case with a space behind, which no name has. */
function spellings(names: readonly string[], engine: readonly EngineFunction[]): Set<string> {
  const anyCase = new Set(engine.filter((known) => known.caseInsensitive).map((known) => known.name));
  return new Set(names.flatMap((name) => (anyCase.has(name) ? [name, `${name.toLowerCase()} `] : [name])));
}

function lowerCase(functions: readonly EngineFunction[]): Set<string> {
  return new Set(functions.map(({ name }) => name.toLowerCase()));
}

/** Longer than any name of the engine with its combinators. */
const longestName = 128;

/** Tries the name with one combinator taken off its end, then two, and so on. */
function someBase(name: string, test: (base: string) => boolean): boolean {
  if (name.length > longestName) return false;
  return aggregateCombinators.some((suffix) => {
    if (!name.endsWith(suffix) || name.length === suffix.length) return false;
    const base = name.slice(0, -suffix.length);
    return test(base) || someBase(base, test);
  });
}
