import { type DynamicModule, Module } from '@nestjs/common';
import { ChangeToken } from '#platform';
import { ApmController } from './api/apm.controller.ts';
import { BudgetsController } from './api/budgets.controller.ts';
import { DeploysController } from './api/deploys.controller.ts';
import { LedgerController } from './api/ledger.controller.ts';
import { LiveController } from './api/live.controller.ts';
import { MetricsController } from './api/metrics.controller.ts';
import { OpenApiController } from './api/openapi.controller.ts';
import { RegressionsController } from './api/regressions.controller.ts';
import { BudgetReport } from './budgets/budget-report.ts';
import { DeployDesk } from './deploys/deploy-desk.ts';
import { LedgerReport } from './ledger/ledger-report.ts';
import { LiveTail } from './live/live-tail.ts';
import { MetricReport } from './metrics/metric-report.ts';
import { RegressionReport } from './regressions/regression-report.ts';
import { ReportOptions } from './report-options.ts';
import { TraceReport } from './traces/trace-report.ts';

/** Answers what the dashboard, the command line and people ask. Needs `Warehouse`, `EventStream` and `Clock` from a global module. */
@Module({})
export class ReportModule {
  static forRoot(options: ReportOptions = new ReportOptions()): DynamicModule {
    return {
      module: ReportModule,
      controllers: [
        OpenApiController,
        MetricsController,
        ApmController,
        LedgerController,
        LiveController,
        BudgetsController,
        RegressionsController,
        DeploysController,
      ],
      providers: [
        { provide: ReportOptions, useValue: options },
        { provide: ChangeToken, useValue: new ChangeToken(options.operateToken) },
        ...[MetricReport, TraceReport, LedgerReport, LiveTail, BudgetReport, RegressionReport, DeployDesk],
      ],
    };
  }
}
