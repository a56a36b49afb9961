import type { AlertChange } from '#platform';
import { changeOf, type Kept, type Remembered, type RememberedKind } from './alert-book.ts';

/** Documents of one kind as they are to become. Nothing of it is true before it is written. */
export class Draft<Kind extends RememberedKind> {
  readonly #changed = new Map<string, Remembered[Kind]>();
  readonly #ended = new Set<string>();

  constructor(
    private readonly kind: Kind,
    private readonly kept: ReadonlyMap<string, Kept<Remembered[Kind]>>,
    private readonly projectOf: (value: Remembered[Kind]) => string,
  ) {}

  get(id: string): Remembered[Kind] | undefined {
    return this.#changed.get(id) ?? this.kept.get(id)?.value;
  }

  set(id: string, value: Remembered[Kind]): void {
    this.#changed.set(id, value);
    this.#ended.delete(id);
  }

  /** Only the journal keeps it. */
  end(id: string): void {
    const value = this.get(id);
    if (value === undefined) return;
    this.#changed.set(id, value);
    this.#ended.add(id);
  }

  isChanged(id: string): boolean {
    return this.#changed.has(id);
  }

  *values(): Generator<Remembered[Kind]> {
    for (const [id, { value }] of this.kept) if (!this.#changed.has(id)) yield value;
    for (const [id, value] of this.#changed) if (!this.#ended.has(id)) yield value;
  }

  *ids(): Generator<string> {
    for (const id of this.kept.keys()) if (!this.#ended.has(id)) yield id;
    for (const id of this.#changed.keys()) if (!this.kept.has(id) && !this.#ended.has(id)) yield id;
  }

  /** What was made and ended in one piece was never there. */
  get changes(): AlertChange[] {
    return [...this.#changed]
      .filter(([id]) => this.kept.has(id) || !this.#ended.has(id))
      .map(([id, value]) =>
        changeOf(this.kind, { project: this.projectOf(value), id, ended: this.#ended.has(id) }, this.kept.get(id), value),
      );
  }
}
