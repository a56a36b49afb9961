import { type DynamicModule, Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ConfigFile } from '#contracts';
import { EventStream, JobQueue, type JobRun, Warehouse } from '#platform';
import { hourMs } from '../hours.ts';
import { BudgetWatch, catchUpMs } from './budget-watch.ts';

/** After the full hour: by then almost everything that was measured before it is stored. */
const settledMs = 5 * 60_000;

@Injectable()
class BudgetJob implements OnModuleInit {
  constructor(
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(BudgetWatch) private readonly watch: BudgetWatch,
  ) {}

  async onModuleInit(): Promise<void> {
    const handler = ({ slot }: JobRun, signal: AbortSignal) => this.watch.run(slot - settledMs, signal);
    this.jobs.define({ name: 'budgets', concurrency: 1, maxAttempts: 8, backoffMs: 5_000, handler });
    await this.jobs.schedule({ name: 'budgets', everyMs: hourMs, offsetMs: settledMs, catchUpMs });
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
