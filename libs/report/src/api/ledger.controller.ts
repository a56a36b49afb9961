import { Controller, Get, Header, Query, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { Clock, Disconnect, QueryPipe, RefuseHeavy } from '#platform';
import { LedgerReport } from '../ledger/ledger-report.ts';
import { resolveRange } from '../range/time-range.ts';
import type { ledgerAnswer } from './answers.ts';
import { ledgerParameters } from './parameters.ts';

@Controller('api/ledger')
@UseInterceptors(RefuseHeavy)
export class LedgerController {
  constructor(
    private readonly report: LedgerReport,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  totals(
    @Query(new QueryPipe(ledgerParameters)) query: z.output<typeof ledgerParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof ledgerAnswer>> {
    const bounded = query.window ?? query.from ?? query.to;
    const range = bounded === undefined ? null : resolveRange(query, this.clock.now(), '24h');
    return this.report.totals({ project: query.project ?? null, range }, signal);
  }
}
