import { type Refusal, refuse } from '../../intake/arrival.ts';

/** What one request may hold. SDKs send some hundred records at a time, collectors some thousand. */
export const otlpLimits = {
  /** On the wire, and inflated. */
  bodyBytes: 16 * 1024 * 1024,
  /** Log records with one stack trace compress a hundredfold; deflate can do a thousand. */
  inflateRatio: 500,
  /** Records, their events and links, and what they are grouped by. */
  parts: 100_000,
  /** Attributes, and what is inside their values. */
  values: 500_000,
  /** Levels of a value; what is deeper is left out. */
  valueDepth: 8,
  /** Of a whole request in JSON: twelve to a value, four for each level of it. */
  jsonDepth: 48,
} as const;

/** What a reader throws when a request cannot be read; nothing of it is taken then. */
export class Unreadable extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** Counts what a reader makes of one request: a few bytes can become an object each. */
export class Reading {
  #parts = 0;
  #values = 0;

  part(): void {
    this.#parts += 1;
    const limit = otlpLimits.parts;
    if (this.#parts > limit) throw new Unreadable(refuse('too_many_events', `a request holds more than ${limit} records`, 'body', limit));
  }

  value(): void {
    this.#values += 1;
    const limit = otlpLimits.values;
    if (this.#values > limit)
      throw new Unreadable(refuse('too_many_attributes', `a request holds more than ${limit} values`, 'body', limit));
  }
}
