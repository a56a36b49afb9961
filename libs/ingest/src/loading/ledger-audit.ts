import { type DynamicModule, Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { OutcomeRow } from '#contracts';
import { Clock, EventStream, JobQueue, type JobRun, Warehouse } from '#platform';
import { outcomeLines } from '../intake/ledger-book.ts';
import { type Imbalance, ledgerImbalances } from './ledger-recovery.ts';
import { ledgerTopics } from './routes.ts';

const minute = 60_000;
/** Longer than a gateway keeps counts to itself, and a loader a block. */
const settledMs = 10_000;

interface LedgerAuditParts {
  readonly stream: EventStream;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * A gateway that is killed takes the counts of its last second with it, and a beacon whose answer was lost is stored though
 * it was counted as refused. When the stream is empty and the ledger stands still, what is stored beyond what was accepted
 * is added to `accepted`, marked `recovered`. On a stream that is never empty the ledger's difference stays visible.
 */
export class LedgerAudit {
  constructor(private readonly parts: LedgerAuditParts) {}

  /** Answers what was missing. Repeated with the same slot it adds nothing more. */
  async run(slot: number, signal: AbortSignal): Promise<readonly Imbalance[]> {
    const before = await this.#imbalances();
    if (before === undefined || before.length === 0) return [];
    await this.parts.clock.sleep(settledMs, signal);
    signal.throwIfAborted();
    const after = await this.#imbalances();
    if (JSON.stringify(after) !== JSON.stringify(before)) return [];
    const lost = before.filter(({ events }) => events < 0);
    if (lost.length > 0) this.parts.log.error({ lost }, 'events that were accepted are neither stored nor in the dead letters');
    await this.#add(slot, recoveredRows(before, slot));
    return before;
  }

  /** Undefined while something is on its way. */
  async #imbalances(): Promise<Imbalance[] | undefined> {
    const lags = await Promise.all(ledgerTopics.map((topic) => this.parts.stream.lag(topic, 'loader')));
    return lags.some(({ messages }) => messages > 0) ? undefined : ledgerImbalances(this.parts.warehouse);
  }

  async #add(slot: number, rows: readonly OutcomeRow[]): Promise<void> {
    if (rows.length === 0) return;
    this.parts.log.info({ rows: rows.length }, 'the ledger was completed with what the stream proves');
    await this.parts.warehouse.insert({ table: 'outcomes_1m', token: `ledger-audit:${slot}`, rows: Buffer.from(outcomeLines(rows)) });
  }
}

/** What the stream proves was accepted. A loss is never written off. */
export function recoveredRows(imbalances: readonly Imbalance[], slot: number): OutcomeRow[] {
  const t = Math.floor(slot / minute) * minute;
  return imbalances
    .filter(({ beacons, events }) => beacons >= 0 && events >= 0)
    .flatMap(({ tenant, keyId, beacons, events }) =>
      (['received', 'accepted', 'adjusted'] as const).map((outcome) => {
        const reason = outcome === 'adjusted' ? 'recovered' : '';
        return { tenant, key_id: keyId, outcome, reason, t, beacons, events };
      }),
    );
}

@Injectable()
class LedgerAuditJob implements OnModuleInit {
  constructor(
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(LedgerAudit) private readonly audit: LedgerAudit,
  ) {}

  async onModuleInit(): Promise<void> {
    const handler = async ({ slot }: JobRun, signal: AbortSignal) => void (await this.audit.run(slot, signal));
    this.jobs.define({ name: 'ledger-audit', concurrency: 1, maxAttempts: 3, backoffMs: 1_000, handler });
    await this.jobs.schedule({ name: 'ledger-audit', everyMs: minute, offsetMs: 0, catchUpMs: 0 });
  }
}

/** Looks at the ledger every minute. */
@Module({})
export class LedgerAuditModule {
  static forRoot(log: Logger): DynamicModule {
    return {
      module: LedgerAuditModule,
      providers: [
        {
          provide: LedgerAudit,
          useFactory: (stream: EventStream, warehouse: Warehouse, clock: Clock) => new LedgerAudit({ stream, warehouse, clock, log }),
          inject: [EventStream, Warehouse, Clock],
        },
        LedgerAuditJob,
      ],
    };
  }
}
