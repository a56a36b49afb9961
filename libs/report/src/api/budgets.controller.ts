import { Controller, Get, Header, Query, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { Clock, Disconnect, projectOf, QueryPipe, Refusal, RefuseHeavy } from '#platform';
import { BudgetReport } from '../budgets/budget-report.ts';
import { dayMs, resolveRange } from '../range/time-range.ts';
import { ReportOptions } from '../report-options.ts';
import type { budgetListAnswer } from './answers.ts';
import { budgetListParameters, longestBudgetDays } from './parameters.ts';

@Controller('api/budgets')
@UseInterceptors(RefuseHeavy)
export class BudgetsController {
  constructor(
    private readonly report: BudgetReport,
    private readonly clock: Clock,
    private readonly options: ReportOptions,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  list(
    @Query(new QueryPipe(budgetListParameters)) query: z.output<typeof budgetListParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof budgetListAnswer>> {
    const range = resolveRange(query, this.clock.now(), '24h');
    if (range.to - range.from > longestBudgetDays * dayMs)
      throw new Refusal('range_too_long', `the hours of ${longestBudgetDays} days are told at most`, 'window', `${longestBudgetDays}d`);
    return this.report.list(projectOf(query.project, this.options), range, signal);
  }
}
