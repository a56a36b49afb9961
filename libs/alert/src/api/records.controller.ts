import { Controller, Get, Header, Query, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { Clock, Disconnect, pageOf, parseInstant, projectOf, QueryPipe, RefuseHeavy, readCursor, Warehouse } from '#platform';
import { alertQuality } from '../journal/alert-quality.ts';
import { deliveryRows, deliveryStates } from '../journal/delivery-rows.ts';
import { journalRows } from '../journal/journal-rows.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import type { auditAnswer, deliveryListAnswer, qualityAnswer } from './answers.ts';
import { auditEntry } from './audit-entry.ts';
import { deliveryAnswerOf } from './incident-answers.ts';
import { auditParameters, deliveryListParameters, qualityParameters } from './parameters.ts';
import { qualityAnswerOf } from './quality-answer.ts';
import { RuleDesk } from './rule-desk.ts';

const dayMs = 86_400_000;

/** What the journal has: notices with their attempts, who changed what, and how good the alerting is. */
@Controller('api/alerts')
@UseInterceptors(RefuseHeavy)
export class RecordsController {
  constructor(
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly desk: RuleDesk,
    private readonly options: AlertApiOptions,
  ) {}

  @Get('deliveries')
  @Header('cache-control', 'no-store')
  async deliveries(
    @Query(new QueryPipe(deliveryListParameters)) query: z.output<typeof deliveryListParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof deliveryListAnswer>> {
    const { limit, state: states = deliveryStates, channel = '', incident = '' } = query;
    const scope = { project: projectOf(query.project, this.options), since: this.#since(query.since, 7), before: readCursor(query.cursor) };
    const rows = await deliveryRows(this.warehouse, { ...scope, states, channel, incident, limit }, signal);
    const { data, next } = pageOf(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
    return { data: data.map(deliveryAnswerOf), next };
  }

  @Get('audit')
  @Header('cache-control', 'no-store')
  async audit(
    @Query(new QueryPipe(auditParameters)) query: z.output<typeof auditParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof auditAnswer>> {
    const { limit } = query;
    const scope = {
      project: projectOf(query.project, this.options),
      since: this.#since(query.since, 90),
      before: readCursor(query.cursor),
    };
    const { data, next } = pageOf(await journalRows(this.warehouse, { ...scope, kind: 'audit', limit }, signal), limit, (row) => row);
    return { data: data.map(auditEntry), next };
  }

  @Get('quality')
  @Header('cache-control', 'no-store')
  async quality(
    @Query(new QueryPipe(qualityParameters)) query: z.output<typeof qualityParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof qualityAnswer>> {
    const project = projectOf(query.project, this.options);
    const range = { from: this.#since(query.since, 30), to: this.clock.now() };
    const [quality, rules] = await Promise.all([alertQuality(this.warehouse, project, range.from, signal), this.desk.list(project)]);
    return qualityAnswerOf(quality, rules, range);
  }

  #since(asked: string | undefined, days: number): number {
    return asked === undefined ? this.clock.now() - days * dayMs : parseInstant(asked, 'since');
  }
}
