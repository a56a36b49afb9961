import { coversWeights, uniform, type Weighting, weightingOf } from '#contracts';

/** Far more than there are projects; names that nobody configured must not fill the memory. */
const mostProjects = 1_000;

/** The weighting each project's events last needed: sampling rates seldom change, so the first guess is mostly right. */
export class KnownWeightings {
  readonly #byProject = new Map<string, Weighting>();

  guess(project: string): Weighting {
    return this.#byProject.get(project) ?? uniform;
  }

  /** The weighting to ask again with, or undefined where the guess was good for these weights. */
  correct(project: string, guess: Weighting, weights: readonly number[]): Weighting | undefined {
    if (coversWeights(guess, weights)) return undefined;
    const weighting = weightingOf(weights);
    if (this.#byProject.size >= mostProjects) this.#byProject.clear();
    this.#byProject.set(project, weighting);
    return weighting;
  }
}
