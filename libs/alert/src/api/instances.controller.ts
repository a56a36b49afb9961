import { Controller, Get, Header, Query, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { AlertState, pageOf, projectOf, QueryPipe, RefuseHeavy, readCursor } from '#platform';
import { type Remembered, recall } from '../alert-book.ts';
import { incidentId } from '../evaluation/tell-transition.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import type { instanceListAnswer } from './answers.ts';
import { instanceListParameters } from './parameters.ts';

type Answer = z.output<typeof instanceListAnswer>;

/** Instances: each rule and set of labels that is, or lately was, more than normal. */
@Controller('api/alerts/instances')
@UseInterceptors(RefuseHeavy)
export class InstancesController {
  constructor(
    private readonly state: AlertState,
    private readonly options: AlertApiOptions,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  async list(@Query(new QueryPipe(instanceListParameters)) query: z.output<typeof instanceListParameters>): Promise<Answer> {
    const project = projectOf(query.project, this.options);
    const behind = readCursor(query.cursor)?.id ?? '';
    const all = [...(await recall(this.state, 'instance'))].map(([id, { value }]) => ({ id, value }));
    const wanted = all.filter(({ id, value }) => value.project === project && id > behind && isWanted(value, query));
    const sorted = wanted.sort((one, other) => (one.id < other.id ? -1 : 1));
    const { data, next } = pageOf(sorted, query.limit, ({ id }) => ({ at: 0, id }));
    return { data: data.map(({ id, value }) => answerOf(id, value)), next };
  }
}

function isWanted({ rule, instance }: Remembered['instance'], query: z.output<typeof instanceListParameters>): boolean {
  const { state, severity } = instance;
  if (query.rule !== undefined && query.rule !== rule) return false;
  if (query.state !== undefined && !query.state.includes(state)) return false;
  return query.severity === undefined || (severity !== null && query.severity.includes(severity));
}

function answerOf(id: string, { rule, labels, instance }: Remembered['instance']): Answer['data'][number] {
  const { state, severity, activeAt, lastEvalEnd, flapping } = instance;
  const incident = state === 'firing' || state === 'recovering' ? incidentId(id, instance) : null;
  return { id, rule, labels, state, severity, activeAt, judgedAt: lastEvalEnd, flapping, incident };
}
