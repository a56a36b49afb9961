import type { Clock } from '#platform';
import type { RepeatWindow } from './repeat-window.ts';

/** Stores what has an id once, however often and however fast after each other it comes. */
export class Once {
  /** On their way to the stream, so that a copy that overtakes waits for the first one's fate. */
  readonly #underway = new Map<string, Promise<boolean>>();

  constructor(
    private readonly repeats: RepeatWindow,
    private readonly clock: Clock,
  ) {}

  /** False where it was stored before, otherwise true; rejects as `store` does, and then it may come again. */
  async store(tenant: string, id: string, store: () => Promise<void>): Promise<boolean> {
    const name = `${tenant}/${id}`;
    // Again after each that failed: of several copies that waited for it the first is on its way by now.
    for (let first = this.#underway.get(name); first; first = this.#underway.get(name)) if (await first) return false;
    if (this.repeats.has(id)) return false;
    const storing = store().then(() => this.repeats.add(id, this.clock.now()));
    const fate = storing.then(
      () => true,
      () => false,
    );
    this.#underway.set(name, fate);
    try {
      await storing;
      return true;
    } finally {
      if (this.#underway.get(name) === fate) this.#underway.delete(name);
    }
  }
}
