import type { Logger } from 'pino';
import type { ConfigFile } from '#contracts';
import { type EventStream, tellFindings, type Warehouse } from '#platform';
import { catchUpHours, eachProject } from '../hourly.ts';
import { hourMs } from '../hours.ts';
import { type Budget, budgetsOf } from './budget.ts';
import { budgetFinding } from './budget-finding.ts';
import { BudgetHistory, type BudgetHour, budgetId } from './budget-history.ts';
import { checkBudgets } from './check-budgets.ts';
import { transition } from './transition.ts';

export interface BudgetWatchParts {
  readonly warehouse: Warehouse;
  readonly stream: EventStream;
  readonly config: Pick<ConfigFile, 'projects' | 'budgets'>;
  readonly log: Logger;
}

/** Holds every project to its budgets, hour by hour: judged, remembered, told. Any of it may be repeated, and counts once. */
export class BudgetWatch {
  readonly #history: BudgetHistory;

  constructor(private readonly parts: BudgetWatchParts) {
    this.#history = new BudgetHistory(parts.warehouse);
  }

  /** Judges up to a full hour. */
  run(hour: number, signal: AbortSignal): Promise<void> {
    const projects = this.parts.config.projects.map(({ id }) => id);
    return eachProject(projects, (project) => this.#runProject(project, hour, signal), { what: 'budgets', signal });
  }

  async #runProject(project: string, hour: number, signal: AbortSignal): Promise<void> {
    const budgets = budgetsOf(this.parts.config.budgets, project);
    const oldest = hour - catchUpHours * hourMs;
    const last = await this.#history.lastHour(project);
    // Without budgets there is nothing to make up for, only what may still be open.
    const first = last === null || budgets.length === 0 ? hour : Math.max(last + hourMs, oldest);
    // One after the other: what an hour changes depends on the one before.
    for (let next = first; next <= hour; next += hourMs) {
      signal.throwIfAborted();
      await this.#judge(project, budgets, next);
    }
    for (const untold of await this.#history.untold(project, oldest)) {
      signal.throwIfAborted();
      await this.#tell(project, untold);
    }
  }

  /** What another worker stored for this hour before stays: the next hour goes by it. */
  async #judge(project: string, budgets: readonly Budget[], hour: number): Promise<void> {
    const changes = await this.#history.lastChanges(project, hour);
    const verdicts = await checkBudgets(this.parts.warehouse, { project, budgets, to: hour });
    const judged = new Map<string, BudgetHour>();
    for (const { budget, outcome, measured } of verdicts) {
      const id = budgetId(budget);
      const change = transition(changes.get(id) ?? null, { hour, outcome, hours: measured?.hours ?? 0 });
      judged.set(id, { hour, budget, outcome, measured, ...change });
    }
    for (const [id, last] of changes) {
      if (judged.has(id) || last.change === 'resolved') continue;
      const { budget, measured } = last;
      judged.set(id, { hour, budget, measured, outcome: 'removed', ...transition(last, { hour, outcome: 'removed', hours: 0 }) });
    }
    await this.#history.store(project, hour, [...judged.values()]);
  }

  async #tell(project: string, hour: number): Promise<void> {
    const changed = (await this.#history.at(project, hour)).filter(({ change }) => change !== 'none');
    const findings = changed.map((judged) => budgetFinding(project, judged));
    await tellFindings(this.parts.stream, findings);
    await this.#history.noteTold(project, hour);
    for (const { title, state } of findings) this.parts.log.info({ project, state, title }, 'budgets: told');
  }
}
