import { type DynamicModule, Module } from '@nestjs/common';
import { ChangeToken, Clock, Warehouse } from '#platform';
import { MonitorBook } from '../monitors/monitor-book.ts';
import { MonitorReport } from './monitor-report.ts';
import { MonitorsController } from './monitors.controller.ts';
import { SyntheticApiOptions } from './synthetic-api-options.ts';
import { SyntheticPagesController } from './synthetic-pages.controller.ts';

/** Answers what people ask about audited pages. Needs `JobQueue`, `Warehouse`, `ReportBlobs` and `Clock` from a global module. */
@Module({})
export class SyntheticApiModule {
  static forRoot(options: SyntheticApiOptions): DynamicModule {
    const { config, defaultProject, operateToken } = options;
    return {
      module: SyntheticApiModule,
      controllers: [MonitorsController, SyntheticPagesController],
      providers: [
        { provide: SyntheticApiOptions, useValue: options },
        { provide: ChangeToken, useValue: new ChangeToken(operateToken) },
        {
          provide: MonitorBook,
          useFactory: (warehouse: Warehouse, clock: Clock) => new MonitorBook({ warehouse, clock, config, defaultProject }),
          inject: [Warehouse, Clock],
        },
        MonitorReport,
      ],
    };
  }
}
