import { deserialize, serialize } from 'node:v8';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { shortHash, type Warehouse } from '#platform';
import type { SeriesPast } from './judge-series.ts';

/** One more whenever `SeriesPast`, or what stands in it, changes: what another version worked out must not be taken for one's own. */
const format = 1;
/** A past serves until its epoch ends, a day after it was worked out at the latest. */
const servesHours = 24;
/** Some 50 KB each. */
const seriesAtOnce = 100;

export interface NamedPast {
  readonly series: string;
  readonly past: SeriesPast;
}

/** What was worked out of series' histories, as the warehouse keeps it for a worker that starts anew. */
export class StoredPasts {
  constructor(private readonly warehouse: Warehouse) {}

  /** `hour` is the one that was judged. */
  async store(project: string, hour: number, pasts: readonly NamedPast[]): Promise<void> {
    if (pasts.length === 0) return;
    const lines = pasts.map(({ series, past }) => {
      const text = zstdCompressSync(serialize(past)).toString('base64');
      return `${JSON.stringify({ tenant: project, hour: hour * 3600, series, format, past: text })}\n`;
    });
    const token = `series-pasts:${project}:${hour}:${shortHash(pasts.map(({ series }) => series))}`;
    await this.warehouse.insert({ table: 'series_pasts', token, rows: Buffer.from(lines.join('')) });
  }

  /** The last of each series that may still serve at `hour`, some at a time. */
  async *before(project: string, hour: number): AsyncGenerator<NamedPast[]> {
    const condition = `tenant = {project:String} AND format = ${format}
      AND hour >= toDateTime({from:UInt32} * 3600, 'UTC') AND hour < toDateTime({hour:UInt32} * 3600, 'UTC')`;
    const params = { project, hour, from: hour - servesHours };
    const known = await this.warehouse.ask<{ series: string }>({
      sql: `SELECT DISTINCT series FROM series_pasts WHERE ${condition}`,
      params,
    });
    for (let first = 0; first < known.length; first += seriesAtOnce) {
      const names = known.slice(first, first + seriesAtOnce).map(({ series }) => series);
      const rows = await this.warehouse.ask<{ series: string; past: string }>({
        sql: `SELECT series, past FROM series_pasts WHERE ${condition} AND series IN {names:Array(String)} ORDER BY hour DESC LIMIT 1 BY series`,
        params: { ...params, names },
      });
      yield rows.map(({ series, past }) => ({ series, past: deserialize(zstdDecompressSync(Buffer.from(past, 'base64'))) as SeriesPast }));
    }
  }
}
