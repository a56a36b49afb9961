import { type DynamicModule, Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ConfigFile } from '#contracts';
import { EventStream, JobQueue, Warehouse } from '#platform';
import { everyHour } from '../hourly.ts';
import { BudgetWatch } from './budget-watch.ts';

@Injectable()
class BudgetJob implements OnModuleInit {
  constructor(
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(BudgetWatch) private readonly watch: BudgetWatch,
  ) {}

  onModuleInit(): Promise<void> {
    return everyHour(this.jobs, 'budgets', (end, signal) => this.watch.run(end, signal));
  }
}

/** Holds projects to their budgets at every full hour. */
@Module({})
export class BudgetJobModule {
  static forRoot(config: Pick<ConfigFile, 'projects' | 'budgets'>, log: Logger): DynamicModule {
    return {
      module: BudgetJobModule,
      providers: [
        {
          provide: BudgetWatch,
          useFactory: (warehouse: Warehouse, stream: EventStream) => new BudgetWatch({ warehouse, stream, config, log }),
          inject: [Warehouse, EventStream],
        },
        BudgetJob,
      ],
    };
  }
}
