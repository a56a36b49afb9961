import { Controller, Inject, Options, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorBody } from '#contracts';
import type { Refusal } from './arrival.ts';
import { Intake, type Receipt } from './intake.ts';
import { IntakeDoor, joined, keyOf, queryValue } from './intake-door.ts';
import { bodyLimitsOf } from './read-body.ts';
import { sendRefusal, statusOfRefusal } from './send-refusal.ts';

const allowedHeaders = ['content-type', 'content-encoding', 'x-beaconhouse-key', 'traceparent', 'tracestate'];

/** `POST /api/rum-metrics`: what browsers send. Answers 204 once the beacon is on the stream. */
@Controller('api/rum-metrics')
export class RumMetricsController {
  constructor(
    @Inject(Intake) private readonly intake: Intake,
    @Inject(IntakeDoor) private readonly door: IntakeDoor,
  ) {}

  @Post()
  async take(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const rules = { key: keyOf(request), encoding: encodingOf(request), limitsOf: limitsOfKey };
    const entered = await this.door.enter(request, reply, rules);
    if ('refusal' in entered) {
      this.intake.reject({ refusal: entered.refusal, events: 0 }, entered.arrival, entered.access);
      answer(request, reply, entered);
    } else {
      const { body, arrival, access } = entered;
      answer(request, reply, await this.door.serve(entered, () => this.intake.take(body, arrival, access)));
    }
  }

  @Options()
  preflight(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.door.preflight(request, reply, keyOf(request), allowedHeaders);
  }
}

const limitsOfKey = ({ bodyBytes }: { readonly bodyBytes: number }) => bodyLimitsOf(bodyBytes);

/** A page that goes away cannot set headers: `?enc=gzip` says the same as `Content-Encoding`. */
function encodingOf({ query, headers }: FastifyRequest): string {
  return (queryValue(query, 'enc') ?? joined(headers['content-encoding']) ?? '').trim().toLowerCase();
}

function errorOf({ refused, message, field, limit }: Refusal): ErrorBody['error'] {
  return { code: refused, message, field, limit };
}

/** 204 when all was kept, 202 with the list when some events were not, else the error. */
function answer(request: FastifyRequest, reply: FastifyReply, receipt: Receipt): void {
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  if ('refusal' in receipt) {
    const { refusal } = receipt;
    if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', String(refusal.retryAfterSeconds));
    reply.status(statusOfRefusal(refusal.refused)).type('application/json; charset=utf-8');
    sendRefusal(request, reply, JSON.stringify({ error: errorOf(refusal) } satisfies ErrorBody));
  } else if (receipt.refusals.length === 0) {
    reply.status(204).send();
  } else {
    const rejected = receipt.refusals.map(({ index, refusal }) => ({ index, error: errorOf(refusal) }));
    reply.status(202).send({ accepted: receipt.kept, rejected });
  }
}
