import { Controller, Header, HttpCode, Post, Query, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { AlertRuleConfig } from '#contracts';
import { BodyPipe, Clock, Disconnect, JsonBody, projectOf, QueryPipe, Refusal, RefuseHeavy, Warehouse } from '#platform';
import { type BacktestReport, backtest } from '../backtest/backtest.ts';
import { isMeasured, type MeasuredRule } from '../rules/rule.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import { backtestBody, oneParameters } from './parameters.ts';
import { RuleDesk } from './rule-desk.ts';

type Asked = z.output<typeof backtestBody>;

const minuteMs = 60_000;
const usualMs = 30 * 86_400_000;
const longestMs = 400 * 86_400_000;
const retryAfterSeconds = 5;

/** What a rule would have done, by what is stored. It is work for the engine: one at a time, and none for a client that has left. */
@Controller('api/alerts/rules/backtest')
@UseInterceptors(RefuseHeavy)
export class BacktestController {
  #running = false;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly desk: RuleDesk,
    private readonly options: AlertApiOptions,
  ) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async try(
    @Query(new QueryPipe(oneParameters)) query: z.output<typeof oneParameters>,
    @JsonBody(new BodyPipe(backtestBody)) asked: Asked,
    @Disconnect() signal: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BacktestReport> {
    const project = projectOf(query.project, this.options);
    if (!this.options.projects.includes(project)) throw new Refusal('not_found', 'there is no such project', 'project');
    const trial = { rule: triable(asked.rule, project), project, ...this.#span(asked), ...(asked.stepS && { stepS: asked.stepS }) };
    if (this.#running) {
      reply.header('retry-after', retryAfterSeconds);
      throw new Refusal('quota_exceeded', 'another backtest is running; one is worked on at a time', null, 1);
    }
    this.#running = true;
    try {
      const against = await this.#saved(project, trial.rule.id);
      return await backtest({ warehouse: this.warehouse, signal }, { ...trial, ...(against && { against }) });
    } finally {
      this.#running = false;
    }
  }

  #span({ from, to }: Asked): { from: number; to: number } {
    const end = to ?? Math.floor(this.clock.now() / minuteMs) * minuteMs;
    const span = { from: from ?? end - usualMs, to: end };
    if (span.from >= span.to) throw invalid('from', 'is before to', span.to);
    if (span.to - span.from > longestMs) throw invalid('from', 'is at most 400 days before to', span.to - longestMs);
    return span;
  }

  /** The rule of that id that holds, wherever it was made. */
  async #saved(project: string, id: string): Promise<MeasuredRule | undefined> {
    const saved = (await this.desk.list(project)).find(({ config, shadowed }) => config.id === id && !shadowed);
    const rule = saved && ruleOf(saved.config);
    return rule && isMeasured(rule) ? rule : undefined;
  }
}

function triable(config: AlertRuleConfig, project: string): MeasuredRule {
  const rule = ruleOf(config);
  if (!isMeasured(rule)) throw invalid('rule.kind', `${rule.kind} cannot be tried: what it tells is found elsewhere`, rule.kind);
  const { project: named = project } = rule.config;
  if (named !== project) throw invalid('rule.project', `is ${project}, as the address says`, project);
  return rule;
}

const invalid = (field: string, message: string, limit: string | number) =>
  new Refusal('body_invalid', `${field}: ${message}`, field, limit);
