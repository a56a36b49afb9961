import { type ConfigFile, givenMonitorSchema, type MonitorConfig } from '#contracts';
import { type Clock, ConfigurationError, Refusal, type Warehouse } from '#platform';
import { scheduleProblem } from './moments.ts';
import type { Monitor } from './monitor.ts';

export interface MonitorBookParts {
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly config: Pick<ConfigFile, 'monitors' | 'projects'>;
  /** Of monitors that name no project; null where they must. */
  readonly defaultProject: string | null;
}

/** A monitor made by the API, as it was given. */
interface ShelvedMonitor {
  readonly project: string;
  readonly id: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly config: string;
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
  #shelved: { readonly until: number; readonly monitors: Promise<readonly ShelvedMonitor[]> } | undefined;

  /** Throws a `ConfigurationError` that names every monitor of the file which cannot be. */
  constructor(private readonly parts: MonitorBookParts) {
    this.#fixed = fixedMonitors(parts);
  }

  async all(): Promise<readonly Monitor[]> {
    const shelved = (await this.#read()).filter(({ deleted }) => !deleted);
    return [...this.#fixed, ...shelved.flatMap((one) => this.#monitorOf(one) ?? [])];
  }

  async find(project: string, id: string): Promise<Monitor | undefined> {
    return (await this.all()).find((one) => one.project === project && one.id === id);
  }

  /** Makes the monitor or changes it. Refuses what cannot be, and what somebody else changes at the same moment. */
  async put(config: MonitorConfig, { project, by }: MonitorEdit): Promise<Monitor> {
    const monitor: Monitor = { ...config, project, source: 'api' };
    const problem = scheduleProblem(monitor);
    if (problem !== undefined) throw new Refusal('body_invalid', problem, 'cron');
    this.#refuseFixed(project, config.id);
    const known = (await this.#fresh()).filter(({ deleted }) => !deleted);
    if (known.length >= mostMonitors && !known.some((one) => isOf(one, project, config.id)))
      throw new Refusal('too_many', `there are ${mostMonitors} monitors made by the API, which is the limit`, 'id', mostMonitors);
    await this.#write({ project, id: config.id, deleted: false, config: JSON.stringify(config) }, by);
    return monitor;
  }

  async remove(id: string, { project, by }: MonitorEdit): Promise<void> {
    this.#refuseFixed(project, id);
    const known = (await this.#fresh()).find((one) => isOf(one, project, id) && !one.deleted);
    if (!known) throw new Refusal('not_found', `there is no monitor ${id} in project ${project}`, 'id');
    await this.#write({ project, id, deleted: true, config: known.config }, by);
  }

  #refuseFixed(project: string, id: string): void {
    if (this.#fixed.some((one) => isOf(one, project, id)))
      throw new Refusal('read_only', `monitor ${id} stands in the configuration file and is changed there`, 'id');
  }

  /** One version is stored once: of two who write it, the second finds that it says something else. */
  async #write(change: Omit<ShelvedMonitor, 'version'>, by: string): Promise<void> {
    const { warehouse, clock } = this.parts;
    const { project, id, deleted, config } = change;
    const version = 1 + ((await this.#fresh()).find((one) => isOf(one, project, id))?.version ?? 0);
    const row = { tenant: project, id, version, deleted, config, changed_by: by, changed_at: clock.now() / 1_000 };
    const token = `synthetic_monitors:${project}:${id}:${version}`;
    await warehouse.insert({ table: 'synthetic_monitors', token, rows: Buffer.from(`${JSON.stringify(row)}\n`) });
    const stored = (await this.#fresh()).find((one) => isOf(one, project, id));
    if (stored?.version === version && (stored.config !== config || stored.deleted !== deleted))
      throw new Refusal('conflict', `monitor ${id} was changed by somebody else at the same moment: look at it, and try again`, 'id');
  }

  #fresh(): Promise<readonly ShelvedMonitor[]> {
    this.#shelved = undefined;
    return this.#read();
  }

  #read(): Promise<readonly ShelvedMonitor[]> {
    const now = this.parts.clock.now();
    if (this.#shelved && now < this.#shelved.until) return this.#shelved.monitors;
    const monitors = this.parts.warehouse.ask<ShelvedMonitor>({ sql: shelvedQuestion });
    this.#shelved = { until: now + rememberMs, monitors };
    monitors.catch(() => {
      this.#shelved = undefined;
    });
    return monitors;
  }

  /** A monitor that an older house took and this one would not is left out. */
  #monitorOf({ project, config }: ShelvedMonitor): Monitor | undefined {
    const parsed = givenMonitorSchema.safeParse(JSON.parse(config));
    return parsed.success ? { ...parsed.data, project, source: 'api' } : undefined;
  }
}

const shelvedQuestion = `
SELECT tenant AS project, id, version, deleted, config FROM synthetic_monitors
ORDER BY tenant, id, version DESC LIMIT 1 BY tenant, id`;

const isOf = (one: { readonly project: string; readonly id: string }, project: string, id: string) =>
  one.project === project && one.id === id;

function fixedMonitors({ config, defaultProject }: MonitorBookParts): Monitor[] {
  const problems: string[] = [];
  const known = new Set(config.projects.map(({ id }) => id));
  const seen = new Set<string>();
  const monitors = config.monitors.map((given): Monitor => {
    const project = given.project ?? defaultProject ?? '';
    const problem = scheduleProblem(given);
    if (problem !== undefined) problems.push(`  monitors.${given.id}: ${problem}`);
    if (project === '') problems.push(`  monitors.${given.id}: needs a project, since there are several`);
    else if (!known.has(project)) problems.push(`  monitors.${given.id}: there is no project ${project}`);
    if (seen.has(`${project}\n${given.id}`)) problems.push(`  monitors.${given.id}: there are two of this id`);
    seen.add(`${project}\n${given.id}`);
    return { ...given, project, source: 'file' };
  });
  if (problems.length > 0) throw new ConfigurationError(`the monitors cannot be used:\n${problems.join('\n')}`);
  return monitors;
}
