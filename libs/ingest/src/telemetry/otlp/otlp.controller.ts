import { Controller, Inject, Logger, Options, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../../intake/arrival.ts';
import { type Entered, IntakeDoor, joined, keyOf } from '../../intake/intake-door.ts';
import { sendRefusal } from '../../intake/send-refusal.ts';
import { digestOf } from '../record-id.ts';
import type { TelemetryReceipt } from '../telemetry-batch.ts';
import { TelemetryIntake } from '../telemetry-intake.ts';
import { answerOf, contentTypes, type OtlpAnswer, type OtlpEncoding, statusAnswer } from './otlp-answer.ts';
import { logsSignal, metricsSignal, type OtlpSignal, tracesSignal } from './otlp-signals.ts';
import { readOtlp } from './read-otlp.ts';
import { otlpLimits } from './reading.ts';

const allowedHeaders = [
  ...['content-type', 'content-encoding', 'x-api-key', 'x-beaconhouse-key', 'authorization'],
  ...['traceparent', 'tracestate', 'baggage'],
];
const paths = ['v1/traces', 'v1/metrics', 'v1/logs'];
const bodyLimits = {
  wireBytes: otlpLimits.bodyBytes,
  inflatedBytes: otlpLimits.bodyBytes,
  inflateRatio: otlpLimits.inflateRatio,
  idleMs: 5_000,
};
/** After a failure that nobody foresaw. */
const retrySeconds = 5;

/** `POST /v1/traces`, `/v1/metrics`, `/v1/logs`: OTLP/HTTP. Answers 200 once the records are on the stream. */
@Controller()
export class OtlpController {
  readonly #log = new Logger(OtlpController.name);

  constructor(
    @Inject(TelemetryIntake) private readonly intake: TelemetryIntake,
    @Inject(IntakeDoor) private readonly door: IntakeDoor,
  ) {}

  @Post('v1/traces')
  traces(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#take(request, reply, tracesSignal);
  }

  @Post('v1/metrics')
  metrics(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#take(request, reply, metricsSignal);
  }

  @Post('v1/logs')
  logs(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#take(request, reply, logsSignal);
  }

  /** Not kept, and clients that are told so stop sending them. */
  @Post('v1development/profiles')
  profiles(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const encoding = encodingOf(request) ?? 'json';
    send(request, reply, encoding, statusAnswer(404, 'not_kept: profiles are not taken here', encoding));
  }

  @Options(paths)
  preflight(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.door.preflight(request, reply, keyOf(request), allowedHeaders);
  }

  /** What fails here is to be sent again: any other answer than these would lose it. */
  async #take<T extends object>(request: FastifyRequest, reply: FastifyReply, signal: OtlpSignal<T>): Promise<void> {
    const encoding = encodingOf(request);
    const told = encoding ?? 'json';
    try {
      send(request, reply, told, answerOf(await this.#receipt(request, reply, signal, encoding), signal.rejected, told));
    } catch (error) {
      this.#log.error(error);
      send(request, reply, told, statusAnswer(503, 'something went wrong here; send it again', told, retrySeconds));
    }
  }

  async #receipt<T extends object>(
    request: FastifyRequest,
    reply: FastifyReply,
    signal: OtlpSignal<T>,
    encoding: OtlpEncoding | undefined,
  ): Promise<TelemetryReceipt> {
    const contentEncoding = (joined(request.headers['content-encoding']) ?? '').trim().toLowerCase();
    const rules = {
      key: keyOf(request),
      encoding: contentEncoding,
      limitsOf: () => bodyLimits,
      ...(!encoding && { wrong: unknownType(request) }),
    };
    const entered = await this.door.enter(request, reply, rules);
    if ('refusal' in entered) return this.intake.reject(entered.refusal, entered.arrival, entered.access);
    return this.door.serve(entered, () => this.#understand(entered, signal, encoding!));
  }

  async #understand<T extends object>(entered: Entered, signal: OtlpSignal<T>, encoding: OtlpEncoding): Promise<TelemetryReceipt> {
    const { body, arrival, access } = entered;
    const read = readOtlp(signal.request, body, encoding);
    if ('refused' in read) return this.intake.reject(read, arrival, access);
    return this.intake.take(signal.batchOf(read), digestOf(access.project.id, body), arrival, access);
  }
}

/** Undefined where the request is written in neither way. */
function encodingOf({ headers }: FastifyRequest): OtlpEncoding | undefined {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
  return (['json', 'protobuf'] as const).find((encoding) => contentTypes[encoding] === type);
}

function unknownType({ headers }: FastifyRequest) {
  const taken = Object.values(contentTypes).join(', ');
  const type = (headers['content-type'] ?? '').slice(0, 64);
  return refuse('content_type_unsupported', `content type ${type} is not understood, send ${taken}`, 'content-type', taken);
}

function send(request: FastifyRequest, reply: FastifyReply, encoding: OtlpEncoding, { status, body, retryAfterSeconds }: OtlpAnswer): void {
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff').type(contentTypes[encoding]).status(status);
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  sendRefusal(request, reply, body);
}
