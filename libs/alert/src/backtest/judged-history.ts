import { advance, type Labelled, type Transition } from '../evaluation/advance.ts';
import { incidentId, worseOf } from '../evaluation/tell-transition.ts';
import type { Moments } from '../evaluation/window-question.ts';
import type { Input } from '../instances/input.ts';
import type { Instance } from '../instances/instance.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import { momentsIn } from './backtest-plan.ts';
import type { HistoryWindows } from './history.ts';

/** What a rule made of what is stored, slice by slice. */
export class JudgedHistory {
  readonly transitions: Transition[] = [];
  /** Judgements, by what was found. */
  readonly inputs = new Map<Input['kind'], number>();
  /** The worst of each incident, by its id. */
  readonly peaks = new Map<string, number>();
  #known: ReadonlyMap<string, Labelled> = new Map();

  constructor(
    private readonly project: string,
    private readonly rule: MeasuredRule,
  ) {}

  get kind(): MeasuredRule['kind'] {
    return this.rule.kind;
  }

  get judgements(): number {
    return [...this.inputs.values()].reduce((sum, times) => sum + times, 0);
  }

  take(slice: Moments, windows: ReadonlyMap<string, HistoryWindows>): void {
    const { project, rule } = this;
    const request = { project, rule, windows, known: this.#known, moments: momentsIn(slice), afterGap: false };
    const { transitions, instances } = advance({ ...request, onJudged: (...judged) => this.#note(...judged) });
    this.transitions.push(...transitions);
    this.#known = instances;
  }

  #note(fingerprint: string, input: Input, instance: Instance): void {
    this.inputs.set(input.kind, (this.inputs.get(input.kind) ?? 0) + 1);
    if (input.kind !== 'breach' || instance.state !== 'firing') return;
    const id = incidentId(fingerprint, instance);
    this.peaks.set(id, worseOf(this.rule)(this.peaks.get(id) ?? input.value, input.value));
  }
}
