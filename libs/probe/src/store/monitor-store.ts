import type { Warehouse } from '#platform';

/** A monitor that was made by the API, as it stands. */
export interface StoredMonitor {
  readonly project: string;
  readonly id: string;
  /** Counts the changes. */
  readonly version: number;
  /** As it was given; whoever reads it checks it by its schema. */
  readonly config: unknown;
  readonly changedBy: string;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

/** Somebody else changed it first. */
export class MonitorConflict extends Error {
  override readonly name = 'MonitorConflict';
}

interface MonitorRow {
  readonly project: string;
  readonly id: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly config: string;
  readonly changed_by: string;
  readonly at: string;
}

/** Monitors that were made by the API: `synthetic_monitors`. Every change is a row; those before stay as they were. */
export class MonitorStore {
  constructor(private readonly warehouse: Warehouse) {}

  /** Those that are there, of all projects. */
  async all(): Promise<StoredMonitor[]> {
    const rows = await this.#latest('1', {});
    return rows.filter(({ deleted }) => !deleted).map(readRow);
  }

  /** Of one that is there or was; 0 where there never was one. */
  async version(project: string, id: string): Promise<number> {
    return (await this.#latest('tenant = {project:String} AND id = {id:String}', { project, id }))[0]?.version ?? 0;
  }

  /** A new one has the version 0 before. Null for `config` takes it away. Throws MonitorConflict where `before` is not its version now. */
  async write(change: Omit<StoredMonitor, 'version'> & { readonly before: number }): Promise<void> {
    const { project, id, before, config, changedBy, changedAt } = change;
    const [now] = await this.#latest('tenant = {project:String} AND id = {id:String}', { project, id });
    if ((now?.version ?? 0) !== before) throw new MonitorConflict(`monitor ${id} has version ${now?.version ?? 0}, not ${before}`);
    const text = config === null ? (now?.config ?? 'null') : JSON.stringify(config);
    const row = {
      tenant: project,
      id,
      version: before + 1,
      deleted: config === null,
      config: text,
      changed_by: changedBy,
      changed_at: changedAt,
    };
    // The token is the version: of two who write at once one is stored, and the other is told.
    const rows = Buffer.from(`${JSON.stringify(row)}\n`);
    await this.warehouse.insert({ table: 'synthetic_monitors', token: `synthetic_monitors:${project}:${id}:${before + 1}`, rows });
    const [stored] = await this.#latest('tenant = {project:String} AND id = {id:String}', { project, id });
    const mine = stored && stored.config === text && Number(stored.at) === changedAt && stored.changed_by === changedBy;
    if (stored?.version === before + 1 && !mine)
      throw new MonitorConflict(`monitor ${id} was changed by ${stored.changed_by} at the same moment`);
  }

  #latest(where: string, params: Record<string, unknown>): Promise<MonitorRow[]> {
    const sql = `SELECT tenant AS project, id, version, deleted, config, changed_by, toUnixTimestamp64Milli(changed_at) AS at
      FROM synthetic_monitors WHERE ${where} ORDER BY project, id, version DESC LIMIT 1 BY project, id`;
    return this.warehouse.ask<MonitorRow>({ sql, params });
  }
}

function readRow({ project, id, version, config, changed_by: changedBy, at }: MonitorRow): StoredMonitor {
  return { project, id, version, config: JSON.parse(config), changedBy, changedAt: Number(at) };
}
