import { Inject, Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Clock, EventStream, JobQueue, Warehouse } from '#platform';
import { LedgerBook } from '../intake/ledger-book.ts';
import { LedgerWriter } from '../intake/ledger-writer.ts';
import { ViewSettling } from './view-settling.ts';

const name = 'view-settling';
const minuteMs = 60_000;
/** After a full minute: by then what came in it is stored. */
const afterMs = 15_000;
const catchUpMs = 4 * 60 * minuteMs;

@Injectable()
class ViewSettlingJob implements OnModuleInit, OnApplicationShutdown {
  readonly #writer: LedgerWriter;
  readonly #settling: ViewSettling;

  constructor(
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(EventStream) stream: EventStream,
    @Inject(Warehouse) warehouse: Warehouse,
    @Inject(Clock) clock: Clock,
  ) {
    // Of its own: the intake's may be in another process.
    const book = new LedgerBook(new Registry());
    this.#writer = new LedgerWriter(book, stream, clock);
    this.#settling = new ViewSettling({ stream, warehouse, clock, book });
  }

  async onModuleInit(): Promise<void> {
    this.#writer.start();
    this.jobs.define({
      ...{ name, concurrency: 1, maxAttempts: 12, backoffMs: 5_000 },
      handler: async ({ slot }, signal) => void (await this.#settling.settle(slot - afterMs, signal)),
    });
    await this.jobs.schedule({ name, everyMs: minuteMs, offsetMs: afterMs, catchUpMs });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#writer.stop();
  }
}

/** Every minute the views of Datadog's SDK that are over. Needs `JobQueue`, `EventStream`, `Warehouse` and `Clock` from a global module. */
@Module({ providers: [ViewSettlingJob] })
export class ViewSettlingModule {}
