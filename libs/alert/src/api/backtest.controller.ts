import { Controller, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import { Clock, QuestionRefused, RequestRefused, Warehouse, WarehouseBusy } from '#platform';
import { type BacktestReport, backtest } from '../backtest/backtest.ts';
import { isMeasured, type MeasuredRule, ruleOf } from '../rules/rule.ts';
import { readJsonBody } from './read-json-body.ts';

/** What the house tells about itself. */
export abstract class BacktestOptions {
  abstract readonly projects: readonly string[];
  /** As they are saved: a tried rule is held against the one of its id. */
  abstract savedRules(project: string): Promise<readonly AlertRuleConfig[]>;
}

const moment = z.number().int().nonnegative();
const bodySchema = z.strictObject({
  rule: alertRuleSchema,
  project: z.string(),
  /** Milliseconds since 1970. Default: the last 30 days. */
  from: moment.optional(),
  to: moment.optional(),
  stepS: z.number().int().min(60).max(86_400).optional(),
});

const minuteMs = 60_000;
const usualMs = 30 * 86_400_000;
const longestMs = 400 * 86_400_000;
const retryAfterSeconds = 5;

/** What a rule would have done, by what is stored. It is work for the engine: one at a time, and none for a client that has left. */
@Controller('api/alerts/rules/backtest')
export class BacktestController {
  #running = false;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly options: BacktestOptions,
  ) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async try(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<BacktestReport> {
    const asked = checked(await readJsonBody(request.raw));
    const rule = triable(asked.rule);
    if (!this.options.projects.includes(asked.project))
      throw invalid('project', `is one of ${this.options.projects.join(', ')}`, asked.project);
    const span = this.#span(asked);
    if (this.#running) {
      reply.header('retry-after', retryAfterSeconds);
      throw new RequestRefused(429, 'backtest_running', 'another backtest is running; one is worked on at a time');
    }
    this.#running = true;
    try {
      const against = await this.#saved(asked.project, rule.id);
      const trial = { rule, project: asked.project, ...span, ...(against && { against }) };
      const signal = untilLeft(reply);
      return await backtest({ warehouse: this.warehouse, signal }, { ...trial, ...(asked.stepS && { stepS: asked.stepS }) });
    } catch (error) {
      throw explained(error, reply);
    } finally {
      this.#running = false;
    }
  }

  #span({ from, to }: z.output<typeof bodySchema>): { from: number; to: number } {
    const end = to ?? Math.floor(this.clock.now() / minuteMs) * minuteMs;
    const span = { from: from ?? end - usualMs, to: end };
    if (span.from >= span.to) throw invalid('from', 'is before to', span.from);
    if (span.to - span.from > longestMs) throw invalid('from', 'is at most 400 days before to', span.from);
    return span;
  }

  async #saved(project: string, id: string): Promise<MeasuredRule | undefined> {
    const saved = (await this.options.savedRules(project)).find((one) => one.id === id);
    const rule = saved && ruleOf(saved);
    return rule && isMeasured(rule) ? rule : undefined;
  }
}

function checked(body: unknown): z.output<typeof bodySchema> {
  const parsed = bodySchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue!.code === 'unrecognized_keys' ? issue!.keys.slice(0, 1) : [];
  throw invalid([...issue!.path, ...unknown].join('.') || 'body', issue!.message);
}

function triable(config: AlertRuleConfig): MeasuredRule {
  const rule = ruleOf(config);
  if (isMeasured(rule)) return rule;
  throw invalid('rule.kind', 'is found elsewhere and cannot be tried: threshold and change can', rule.kind);
}

const invalid = (field: string, message: string, limit: string | number | null = null) =>
  new RequestRefused(400, 'body_invalid', `${field}: ${message}`, field, limit);

/** Aborts when the client goes away before it has its answer. */
function untilLeft({ raw }: FastifyReply): AbortSignal {
  const left = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) left.abort(new RequestRefused(499, 'client_left', 'the client has left'));
  });
  return left.signal;
}

function explained(error: unknown, reply: FastifyReply): unknown {
  if (error instanceof WarehouseBusy) {
    reply.header('retry-after', retryAfterSeconds);
    return new RequestRefused(503, 'warehouse_busy', 'the warehouse cannot answer now; ask again');
  }
  if (error instanceof QuestionRefused)
    return new RequestRefused(
      422,
      'question_too_heavy',
      'the backtest needs more than a question may; narrow the time or the rule',
      'from',
    );
  return error;
}
