import type { Config, Flags, startFlow } from 'lighthouse';
import type { Browser, Page } from 'puppeteer-core';
import type { LighthouseResult } from '../../lhr/lighthouse-result.ts';
import type { MeasuredStep } from '../run-outcome.ts';
import { RunTrouble } from '../run-trouble.ts';

type UserFlow = Awaited<ReturnType<typeof startFlow>>;

export interface StepOptions {
  /** As the step is called in results. */
  readonly stepName?: string;
  /** Where it is measured; the newest page that the script opened when absent. */
  readonly page?: Page;
}

export interface FlowOptions {
  readonly url: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly startFlow: typeof startFlow;
  readonly config: Config;
  readonly flags: Flags;
}

/** What every script is given beside the browser. */
export interface ScriptContext {
  readonly url: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a flow's script is given. */
export interface FlowContext extends ScriptContext {
  /** Loads an address, or lets a function of the script cause the loading, and measures it. */
  navigate(target: string | (() => Promise<void>), step?: StepOptions): Promise<void>;
  /** Measures what happens until `endTimespan`. One at a time. */
  startTimespan(step?: StepOptions): Promise<{ endTimespan(): Promise<void> }>;
  /** Judges the page as it stands. */
  snapshot(step?: StepOptions): Promise<void>;
  /** Where the next step without a page of its own is measured. */
  page(): Promise<Page>;
}

/**
 * Lighthouse ties a flow to a page. Scripts open their own pages, one or several, and a step belongs to the page that it was taken on: one Lighthouse flow
 * for each page, put together in the order of the steps.
 */
export class FlowRecorder {
  readonly #flows = new Map<Page, UserFlow>();
  readonly #order: UserFlow[] = [];
  #open: string | undefined;

  constructor(
    private readonly browser: Browser,
    private readonly flow: FlowOptions,
  ) {}

  readonly context: () => FlowContext = () => ({
    url: this.flow.url,
    options: this.flow.options,
    navigate: (target, step = {}) => this.#take(step, (flow, named) => flow.navigate(target, named)),
    startTimespan: (step = {}) => this.#startTimespan(step),
    snapshot: (step = {}) => this.#take(step, (flow, named) => flow.snapshot(named)),
    page: () => this.#newestPage(),
  });

  /** All steps with their results, in order. Throws RunTrouble where there is none, or a timespan was never ended. */
  async steps(): Promise<MeasuredStep[]> {
    if (this.#open !== undefined) throw new RunTrouble('script', `the timespan "${this.#open}" was started and never ended`);
    if (this.#order.length === 0)
      throw new RunTrouble('script', 'the flow measured nothing: it called neither navigate, startTimespan nor snapshot');
    const results = new Map<UserFlow, MeasuredStep[]>();
    for (const flow of this.#flows.values()) if (this.#order.includes(flow)) results.set(flow, await stepsOf(flow));
    return this.#order.map((flow) => results.get(flow)!.shift()!);
  }

  async #take(step: StepOptions, measure: (flow: UserFlow, named: { name?: string }) => Promise<void>): Promise<void> {
    const flow = await this.#flowOf(step);
    await measure(flow, named(step));
    this.#order.push(flow);
  }

  async #startTimespan(step: StepOptions): Promise<{ endTimespan(): Promise<void> }> {
    if (this.#open !== undefined) throw new Error(`the timespan "${this.#open}" is not over yet: call its endTimespan() first`);
    const flow = await this.#flowOf(step);
    await flow.startTimespan(named(step));
    this.#open = step.stepName ?? '';
    return {
      endTimespan: async () => {
        await flow.endTimespan();
        this.#order.push(flow);
        this.#open = undefined;
      },
    };
  }

  async #flowOf({ page }: StepOptions): Promise<UserFlow> {
    const measured = page ?? (await this.#newestPage());
    const known = this.#flows.get(measured);
    if (known) return known;
    const { startFlow, config, flags } = this.flow;
    const started = await startFlow(measured, { config, flags });
    this.#flows.set(measured, started);
    return started;
  }

  /** Windows that pages open are not meant. */
  async #newestPage(): Promise<Page> {
    const pages = (await this.browser.pages()).filter((page) => !page.isClosed() && page.target().opener() === undefined);
    return pages.at(-1) ?? this.browser.newPage();
  }
}

const named = ({ stepName }: StepOptions) => (stepName === undefined ? {} : { name: stepName });

async function stepsOf(flow: UserFlow): Promise<MeasuredStep[]> {
  const { steps } = await flow.createFlowResult();
  return steps.map(({ name, lhr }) => ({ name, lhr: lhr as unknown as LighthouseResult }));
}
