import { Injectable } from '@nestjs/common';
import { Warehouse } from '#platform';
import type { LhciRun } from '../lhci-run.ts';
import { rowLines } from './row-lines.ts';

type RunKey = Pick<LhciRun, 'tenant' | 'id' | 'version'>;

/** Texts of results, by run: hundreds of kilobytes each, and rarely read. The only place that knows where they are. */
@Injectable()
export class LhrStore {
  constructor(private readonly warehouse: Warehouse) {}

  /** Resolves when it is on disk. */
  async put({ tenant, id, version }: RunKey, lhr: string): Promise<void> {
    await this.#write([{ tenant, runId: id, lhr, version }]);
  }

  /** Undefined where it is not kept any longer. */
  async get({ tenant, id }: RunKey): Promise<string | undefined> {
    const [row] = await this.warehouse.ask<{ lhr: string }>({
      sql: "SELECT t.lhr AS lhr FROM lhci_reports AS t FINAL WHERE t.tenant = {tenant:String} AND t.run_id = {runId:String} AND t.lhr != ''",
      params: { tenant, runId: id },
    });
    return row?.lhr;
  }

  async remove(runs: readonly RunKey[]): Promise<void> {
    await this.#write(runs.map(({ tenant, id, version }) => ({ tenant, runId: id, lhr: '', version: version + 1 })));
  }

  async #write(rows: readonly { tenant: string; runId: string; lhr: string; version: number }[]): Promise<void> {
    const [first] = rows;
    if (!first) return;
    const token = `lhci:report:${first.runId}:${first.version}:${rows.length}`;
    await this.warehouse.insert({ table: 'lhci_reports', token, rows: rowLines(rows) });
  }
}
