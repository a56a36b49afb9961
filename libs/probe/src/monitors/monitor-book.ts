import { type ConfigFile, givenMonitorSchema, type MonitorConfig } from '#contracts';
import { type Clock, ConfigurationError, Refusal, type Warehouse } from '#platform';
import { MonitorConflict, MonitorStore, type StoredMonitor } from '../store/monitor-store.ts';
import { assertionProblems } from './assertion-problems.ts';
import { scheduleProblem } from './moments.ts';
import type { Monitor } from './monitor.ts';

export interface MonitorBookParts {
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly config: Pick<ConfigFile, 'monitors' | 'projects'>;
  /** Of monitors that name no project; null where they must. */
  readonly defaultProject: string | null;
}

export interface MonitorEdit {
  readonly project: string;
  /** Who does it, as they say. */
  readonly by: string;
}

const mostMonitors = 1_000;
/** What another process changed is seen after this. */
const rememberMs = 10_000;

/** All monitors: those of the configuration file, and those that were made by the API. */
export class MonitorBook {
  readonly #fixed: readonly Monitor[];
  readonly #store: MonitorStore;
  #known: { readonly until: number; readonly monitors: Promise<readonly StoredMonitor[]> } | undefined;

  /** Throws a `ConfigurationError` that names every monitor of the file which cannot be. */
  constructor(private readonly parts: MonitorBookParts) {
    this.#fixed = fixedMonitors(parts);
    this.#store = new MonitorStore(parts.warehouse);
  }

  /** What of the file is read in another way than it is written, a line each. */
  get warnings(): readonly string[] {
    return this.#fixed.flatMap((monitor) => assertionProblems(monitor).warnings.map((text) => `monitors.${monitor.id}: ${text}`));
  }

  async all(): Promise<readonly Monitor[]> {
    return [...this.#fixed, ...(await this.#read()).flatMap((one) => this.#monitorOf(one) ?? [])];
  }

  async find(project: string, id: string): Promise<Monitor | undefined> {
    return (await this.all()).find((one) => one.project === project && one.id === id);
  }

  /** Makes the monitor or changes it. Refuses what cannot be, and what somebody else changes at the same moment. */
  async put(config: MonitorConfig, { project, by }: MonitorEdit): Promise<Monitor> {
    const monitor: Monitor = { ...config, project, source: 'api' };
    const problem = scheduleProblem(monitor);
    if (problem !== undefined) throw new Refusal('body_invalid', problem, 'cron');
    const [mistake] = assertionProblems(monitor).mistakes;
    if (mistake !== undefined) throw new Refusal('body_invalid', mistake, 'assertions');
    this.#refuseFixed(project, config.id);
    const known = await this.#fresh();
    if (known.length >= mostMonitors && !known.some((one) => isOf(one, project, config.id)))
      throw new Refusal('too_many', `there are ${mostMonitors} monitors made by the API, which is the limit`, 'id', mostMonitors);
    await this.#write(project, config.id, config, by);
    return monitor;
  }

  async remove(id: string, { project, by }: MonitorEdit): Promise<void> {
    this.#refuseFixed(project, id);
    if (!(await this.#fresh()).some((one) => isOf(one, project, id)))
      throw new Refusal('not_found', `there is no monitor ${id} in project ${project}`, 'id');
    await this.#write(project, id, null, by);
  }

  #refuseFixed(project: string, id: string): void {
    if (this.#fixed.some((one) => isOf(one, project, id)))
      throw new Refusal('read_only', `monitor ${id} stands in the configuration file and is changed there`, 'id');
  }

  async #write(project: string, id: string, config: MonitorConfig | null, by: string): Promise<void> {
    try {
      const before = await this.#store.version(project, id);
      await this.#store.write({ project, id, before, config, changedBy: by, changedAt: this.parts.clock.now() });
    } catch (error) {
      if (error instanceof MonitorConflict) throw new Refusal('conflict', `${error.message}: look at it, and try again`, 'id');
      throw error;
    } finally {
      this.#known = undefined;
    }
  }

  #fresh(): Promise<readonly StoredMonitor[]> {
    this.#known = undefined;
    return this.#read();
  }

  #read(): Promise<readonly StoredMonitor[]> {
    const now = this.parts.clock.now();
    if (this.#known && now < this.#known.until) return this.#known.monitors;
    const monitors = this.#store.all();
    this.#known = { until: now + rememberMs, monitors };
    monitors.catch(() => {
      this.#known = undefined;
    });
    return monitors;
  }

  /** A monitor that an older house took and this one would not is left out. */
  #monitorOf({ project, config }: StoredMonitor): Monitor | undefined {
    const parsed = givenMonitorSchema.safeParse(config);
    return parsed.success ? { ...parsed.data, project, source: 'api' } : undefined;
  }
}

const isOf = (one: { readonly project: string; readonly id: string }, project: string, id: string) =>
  one.project === project && one.id === id;

function fixedMonitors({ config, defaultProject }: MonitorBookParts): Monitor[] {
  const problems: string[] = [];
  const known = new Set(config.projects.map(({ id }) => id));
  const seen = new Set<string>();
  const monitors = config.monitors.map((given): Monitor => {
    const project = given.project ?? defaultProject ?? '';
    const problem = scheduleProblem(given);
    for (const wrong of [problem ?? [], assertionProblems(given).mistakes].flat()) problems.push(`  monitors.${given.id}: ${wrong}`);
    if (project === '') problems.push(`  monitors.${given.id}: needs a project, since there are several`);
    else if (!known.has(project)) problems.push(`  monitors.${given.id}: there is no project ${project}`);
    if (seen.has(`${project}\n${given.id}`)) problems.push(`  monitors.${given.id}: there are two of this id`);
    seen.add(`${project}\n${given.id}`);
    return { ...given, project, source: 'file' };
  });
  if (problems.length > 0) throw new ConfigurationError(`the monitors cannot be used:\n${problems.join('\n')}`);
  return monitors;
}
