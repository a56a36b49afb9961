import { Controller, Inject, Logger, Options, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../../intake/arrival.ts';
import { type Entered, IntakeDoor, joined, keyOf } from '../../intake/intake-door.ts';
import { answerRefusal } from '../../intake/send-refusal.ts';
import { digestOf } from '../record-id.ts';
import type { TelemetryReceipt } from '../telemetry-batch.ts';
import { TelemetryIntake } from '../telemetry-intake.ts';
import { faroBatch } from './faro-batch.ts';
import { faroLimits, readFaro } from './faro-body.ts';

/** Grafana's own collectors use `/collect`, with the key of the app behind it or without one. */
const paths = ['faro/collect', 'faro/collect/:key', 'collect', 'collect/:key'];
const allowedHeaders = [
  ...['content-type', 'content-encoding', 'idempotency-key', 'x-api-key', 'x-faro-session-id', 'x-beaconhouse-key'],
  ...['authorization', 'traceparent', 'tracestate', 'baggage'],
];
/** After a failure that nobody foresaw. */
const retrySeconds = 5;

/** `POST /faro/collect`: Grafana Faro's web SDK. Answers 202 without a body once the items are on the stream. */
@Controller()
export class FaroController {
  readonly #log = new Logger(FaroController.name);

  constructor(
    @Inject(TelemetryIntake) private readonly intake: TelemetryIntake,
    @Inject(IntakeDoor) private readonly door: IntakeDoor,
  ) {}

  @Options(paths)
  preflight(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Param('key') key: string | undefined): void {
    this.door.preflight(request, reply, key ?? keyOf(request), allowedHeaders);
  }

  /** Items that are refused alone are counted and not told: Faro has no place for it, and would send the others again. */
  @Post(paths)
  async collect(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Param('key') key: string | undefined): Promise<void> {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    try {
      const receipt = await this.#receipt(request, reply, key ?? keyOf(request));
      if ('refusal' in receipt) answerRefusal(request, reply, receipt.refusal);
      else reply.status(202).send();
    } catch (error) {
      this.#log.error(error);
      answerRefusal(request, reply, refuse('stream_unavailable', 'something went wrong here; send it again', null, null, retrySeconds));
    }
  }

  async #receipt(request: FastifyRequest, reply: FastifyReply, key: string | undefined): Promise<TelemetryReceipt> {
    const encoding = (joined(request.headers['content-encoding']) ?? '').trim().toLowerCase();
    const entered = await this.door.enter(request, reply, { key, encoding, limitsOf: () => faroLimits });
    if ('refusal' in entered) return this.intake.reject(entered.refusal, entered.arrival, entered.access);
    return this.door.serve(entered, () => this.#understand(entered, joined(request.headers['idempotency-key']) ?? ''));
  }

  async #understand({ body, arrival, access }: Entered, idempotencyKey: string): Promise<TelemetryReceipt> {
    const read = readFaro(body);
    if ('refused' in read) return this.intake.reject(read, arrival, access);
    // The key is the same for each attempt, and another where the same is said again.
    const named = Buffer.concat([Buffer.from(`${idempotencyKey.slice(0, 256)}\0`), body]);
    return this.intake.take(faroBatch(read), digestOf(access.project.id, named), arrival, access);
  }
}
