/** Deploys of one project that may be told at once, and how long it takes until one more may. */
const pace = { burst: 60, everyMs: 10_000 } as const;
const mostProjects = 10_000;

interface Allowance {
  readonly left: number;
  readonly at: number;
}

/** How fast deploys may be told to this process, project by project. Time comes in as an argument. */
export class DeployPace {
  readonly #projects = new Map<string, Allowance>();

  /** 0 where one more may be told now, which is taken; otherwise the seconds until then. */
  take(project: string, now: number): number {
    const { left, at } = this.#projects.get(project) ?? { left: pace.burst, at: now };
    const refilled = Math.min(pace.burst, left + Math.max(0, now - at) / pace.everyMs);
    if (refilled < 1) return Math.ceil(((1 - refilled) * pace.everyMs) / 1_000);
    this.#projects.delete(project);
    // What was asked for longest ago is forgotten first, which only ever gives back.
    if (this.#projects.size >= mostProjects) this.#projects.delete(this.#projects.keys().next().value!);
    this.#projects.set(project, { left: refilled - 1, at: now });
    return 0;
  }
}
