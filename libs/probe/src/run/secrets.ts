import type { RunPlan } from './run-plan.ts';

/** A shorter text would be found in half of all reports, which would say nothing any more. */
const shortestSecret = 4;
const mask = '***';

/** Hides the secrets of a plan in whatever text, also where they are written as in a URL. */
export class Secrets {
  readonly #forms: readonly string[];

  constructor(values: readonly string[]) {
    const long = values.filter((value) => value.length >= shortestSecret);
    const forms = new Set(long.flatMap((value) => [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]));
    // The longer first: one may be a part of another.
    this.#forms = [...forms].sort((a, b) => b.length - a.length);
  }

  static of({ settings: { extraHeaders = {}, cookies = [] }, secrets = [] }: RunPlan): Secrets {
    const headers = Object.values(extraHeaders).flatMap((value) => [value, withoutScheme(value)]);
    return new Secrets([...headers, ...cookies.map(({ value }) => value), ...secrets]);
  }

  maskIn(text: string): string {
    return this.#forms.reduce((masked, form) => masked.replaceAll(form, mask), text);
  }

  /** A copy with every text in it masked. */
  maskAll<Value>(value: Value): Value {
    if (this.#forms.length === 0) return value;
    return this.#masked(value) as Value;
  }

  #masked(value: unknown): unknown {
    if (typeof value === 'string') return this.maskIn(value);
    if (Array.isArray(value)) return value.map((item) => this.#masked(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.maskIn(key), this.#masked(item)]));
  }
}

/** `Bearer abc` is also secret as `abc`. */
const withoutScheme = (value: string) => value.replace(/^\w+ +/, '');
