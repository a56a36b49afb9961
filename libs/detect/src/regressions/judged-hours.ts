import type { Warehouse } from '#platform';
import type { Evidence, Measured } from './describe.ts';
import type { Contribution } from './explain.ts';
import type { WatchMemory } from './watch.ts';
import type { WatchedSeries } from './watched-series.ts';

/** A regression as it is stored and told. */
export interface FoundRegression extends Measured {
  readonly id: string;
  /** Id of the regression that stands for everything with the same cause: its own where nothing else had it before. */
  readonly cause: string;
  readonly project: string;
  readonly app: string;
  readonly env: string;
  readonly metric: string;
  readonly segment: WatchedSeries['segment'];
  /** Milliseconds since 1970: the end of the hour in which it was found, and the start of the one with which it began. */
  readonly found: number;
  readonly since: number;
  /** The part of the traffic that it is about; null where it is general. */
  readonly where: Readonly<Record<string, string>> | null;
  readonly deploy: { readonly release: string; readonly at: number } | null;
  readonly evidence: Evidence;
  readonly explained: readonly Contribution[];
  /** Nobody accepted it: it is so old that its level is what later hours are held against. */
  readonly settled?: true;
}

/** What was made of a series in an hour. */
export interface Judged {
  readonly series: string;
  readonly memory: WatchMemory;
  readonly found: FoundRegression | null;
  /** What got better for good instead. */
  readonly improved: FoundRegression | null;
}

/** The hours of each project that were judged, as the warehouse knows them. */
export class JudgedHours {
  constructor(private readonly warehouse: Warehouse) {}

  /** The last hour that was judged, since 1970; null where none was. */
  async lastHour(project: string): Promise<number | null> {
    const sql = 'SELECT toUnixTimestamp(max(hour)) AS seconds FROM series_watch WHERE tenant = {project:String}';
    const [row] = await this.warehouse.ask<{ seconds: number }>({ sql, params: { project } });
    return row!.seconds === 0 ? null : row!.seconds / 3600;
  }

  /** Hours from `from` on that were judged and of which not everything is known to stand on the stream; oldest first. */
  async untold(project: string, from: number): Promise<number[]> {
    const rows = await this.warehouse.ask<{ seconds: number }>({
      sql: `SELECT DISTINCT toUnixTimestamp(hour) AS seconds FROM series_watch
        WHERE tenant = {project:String} AND hour >= toDateTime({from:UInt32} * 3600, 'UTC')
          AND hour NOT IN (SELECT hour FROM regression_hours_told WHERE tenant = {project:String} AND hour >= toDateTime({from:UInt32} * 3600, 'UTC'))
        ORDER BY seconds`,
      params: { project, from },
    });
    return rows.map(({ seconds }) => seconds / 3600);
  }

  async noteTold(project: string, hour: number): Promise<void> {
    const rows = Buffer.from(`${JSON.stringify({ tenant: project, hour: hour * 3600 })}\n`);
    await this.warehouse.insert({ table: 'regression_hours_told', token: `regressions-told:${project}:${hour}`, rows });
  }

  /** One block: an hour that was stored before stays as it is. */
  async store(project: string, hour: number, judged: readonly Judged[]): Promise<void> {
    if (judged.length === 0) return;
    const text = (found: FoundRegression | null) => (found === null ? '' : JSON.stringify(found));
    const lines = judged.map(({ series, memory, found, improved }) =>
      JSON.stringify({
        tenant: project,
        hour: hour * 3600,
        series,
        memory: JSON.stringify(memory),
        found: text(found),
        improved: text(improved),
      }),
    );
    await this.warehouse.insert({
      table: 'series_watch',
      token: `series-watch:${project}:${hour}`,
      rows: Buffer.from(`${lines.join('\n')}\n`),
    });
  }

  /** What was made of an hour; empty where it was not judged. */
  at(project: string, hour: number): Promise<Judged[]> {
    return this.#ask(`hour = toDateTime({hour:UInt32} * 3600, 'UTC')`, project, hour);
  }

  /** Of the last hour before that was judged. */
  before(project: string, hour: number): Promise<Judged[]> {
    const latest = `SELECT max(hour) FROM series_watch WHERE tenant = {project:String} AND hour < toDateTime({hour:UInt32} * 3600, 'UTC')`;
    return this.#ask(`hour = (${latest})`, project, hour);
  }

  /** What was found in the hours [from, to). */
  async foundBetween(project: string, from: number, to: number): Promise<FoundRegression[]> {
    const rows = await this.warehouse.ask<{ found: string }>({
      sql: `SELECT found FROM series_watch WHERE tenant = {project:String} AND found != ''
        AND hour >= toDateTime({from:UInt32} * 3600, 'UTC') AND hour < toDateTime({to:UInt32} * 3600, 'UTC') ORDER BY hour, series`,
      params: { project, from, to },
    });
    return rows.map(({ found }) => JSON.parse(found));
  }

  async #ask(condition: string, project: string, hour: number): Promise<Judged[]> {
    const rows = await this.warehouse.ask<{ series: string; memory: string; found: string; improved: string }>({
      sql: `SELECT series, memory, found, improved FROM series_watch WHERE tenant = {project:String} AND ${condition} ORDER BY series`,
      params: { project, hour },
    });
    const parsed = (text: string) => (text === '' ? null : JSON.parse(text));
    return rows.map(({ series, memory, found, improved }) => ({
      ...{ series, memory: JSON.parse(memory) },
      ...{ found: parsed(found), improved: parsed(improved) },
    }));
  }
}
