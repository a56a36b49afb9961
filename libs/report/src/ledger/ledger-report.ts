import { Injectable } from '@nestjs/common';
import { EventStream, Warehouse } from '#platform';
import { type LedgerRow, type LedgerScope, ledgerTotals, parseLedgerRow } from '../questions/ledger-totals.ts';
import { ReportOptions } from '../report-options.ts';
import { balanceOf } from './ledger-balance.ts';

/** Everything is accounted for: what was received, what became of it, and what is still on its way. */
@Injectable()
export class LedgerReport {
  constructor(
    private readonly warehouse: Warehouse,
    private readonly stream: EventStream,
    private readonly options: ReportOptions,
  ) {}

  async totals(scope: LedgerScope, signal: AbortSignal) {
    // Lag first: what arrives meanwhile then shows as received and not as missing.
    const lag = scope.project === null ? await this.stream.lag('rum', this.options.loaderGroup) : null;
    const rows = await this.warehouse.ask<LedgerRow>({ ...ledgerTotals(scope), signal });
    const data = rows.map(parseLedgerRow);
    return { ...balanceOf(data, lag), data };
  }
}
