import { type RegressionState, regressionStateLine } from '#contracts';
import type { Warehouse } from '#platform';
import type { FoundRegression } from './judged-hours.ts';
import { seriesName } from './watched-series.ts';

/** A regression as it stands. */
export interface StoredRegression {
  readonly state: RegressionState;
  /** Since when, milliseconds since 1970. */
  readonly version: number;
  readonly regression: FoundRegression;
}

/** What is known of each regression; a state is changed by adding a row, and the newest counts. */
export class RegressionStates {
  constructor(private readonly warehouse: Warehouse) {}

  find(project: string, ids: readonly string[]): Promise<StoredRegression[]> {
    return this.#ask('id', project, ids);
  }

  /** Everything that is known of some causes. */
  ofCauses(project: string, causes: readonly string[]): Promise<StoredRegression[]> {
    return this.#ask('cause', project, causes);
  }

  /** What has been open since before a moment: since it began, or was opened again. */
  async openSince(project: string, moment: number): Promise<StoredRegression[]> {
    const rows = await this.warehouse.ask<{ id: string }>({
      sql: `SELECT id FROM regression_states WHERE tenant = {project:String} GROUP BY id
        HAVING argMax(state, version) = 'open'
          AND if(max(version) > any(found), max(version), any(since)) <= fromUnixTimestamp64Milli({moment:Int64}, 'UTC')`,
      params: { project, moment },
    });
    return this.find(
      project,
      rows.map(({ id }) => id),
    );
  }

  /** Series of which people want to hear nothing. */
  async muted(project: string): Promise<ReadonlySet<string>> {
    const rows = await this.warehouse.ask<{ detail: string }>({
      sql: `SELECT detail FROM (SELECT argMax(state, version) AS state, argMax(detail, version) AS detail FROM regression_states
        WHERE tenant = {project:String} GROUP BY id) WHERE state = 'muted'`,
      params: { project },
    });
    return new Set(rows.map(({ detail }) => seriesName(JSON.parse(detail))));
  }

  /** The same change again, under its token, changes nothing. */
  async put(token: string, states: readonly StoredRegression[]): Promise<void> {
    if (states.length === 0) return;
    const lines = states.map(({ state, version, regression }) => regressionStateLine(regression.project, state, version, regression));
    await this.warehouse.insert({ table: 'regression_states', token, rows: Buffer.from(`${lines.join('\n')}\n`) });
  }

  async #ask(column: 'id' | 'cause', project: string, names: readonly string[]): Promise<StoredRegression[]> {
    if (names.length === 0) return [];
    const rows = await this.warehouse.ask<{ state: RegressionState; at: string; detail: string }>({
      sql: `SELECT state, toUnixTimestamp64Milli(version) AS at, detail FROM regression_states
        WHERE tenant = {project:String} AND ${column} IN {names:Array(String)} ORDER BY version DESC, state LIMIT 1 BY id`,
      params: { project, names },
    });
    return rows.map(({ state, at, detail }) => ({ state, version: Number(at), regression: JSON.parse(detail) }));
  }
}
