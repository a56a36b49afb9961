import { Controller, Inject, Logger, Options, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../../intake/arrival.ts';
import { IntakeDoor, keyOf, queryValue } from '../../intake/intake-door.ts';
import { answerRefusal, sendRefusal } from '../../intake/send-refusal.ts';
import { digestOf } from '../record-id.ts';
import type { TelemetryReceipt } from '../telemetry-batch.ts';
import { TelemetryIntake } from '../telemetry-intake.ts';
import { type DatadogAddress, datadogLimits, readAddress, readForwarded, readLines } from './datadog-request.ts';
import { logsBatch, rumBatch } from './rum-batch.ts';

const paths = ['api/v2/rum', 'api/v2/logs', 'api/v2/replay', 'api/v2/profile', 'dd'];
const allowedHeaders = ['content-type', 'traceparent', 'tracestate', 'baggage'];
const notKept = refuse('not_kept', 'recordings and profiles are not kept');
/** After a failure that nobody foresaw. */
const retrySeconds = 5;

/**
 * What Datadog's browser SDKs send: by `POST /dd?ddforward=...` where `proxy` is an address, and by Datadog's own paths. The SDK reads the status
 * alone: it sends again after 408, 429 and 5xx, and takes everything else for delivered.
 */
@Controller()
export class DatadogBrowserController {
  readonly #log = new Logger(DatadogBrowserController.name);

  constructor(
    @Inject(TelemetryIntake) private readonly intake: TelemetryIntake,
    @Inject(IntakeDoor) private readonly door: IntakeDoor,
  ) {}

  /** The SDK itself never needs one. */
  @Options(paths)
  preflight(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.door.preflight(request, reply, addressOf(request)?.key, allowedHeaders);
  }

  @Post(paths)
  async take(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff').type('application/json; charset=utf-8');
    try {
      const receipt = await this.#receipt(request, reply);
      if (!('refusal' in receipt)) reply.status(202).send('{}');
      // Whoever records sessions must not queue them up because they are not kept.
      else if (receipt.refusal === notKept) sendRefusal(request, reply.status(202), '{}');
      else answerRefusal(request, reply, receipt.refusal);
    } catch (error) {
      this.#log.error(error);
      answerRefusal(request, reply, refuse('stream_unavailable', 'something went wrong here; send it again', null, null, retrySeconds));
    }
  }

  async #receipt(request: FastifyRequest, reply: FastifyReply): Promise<TelemetryReceipt> {
    const address = addressOf(request);
    const wrong = address === undefined ? unknownAddress : address.track === 'rum' || address.track === 'logs' ? undefined : notKept;
    const rules = {
      key: address?.key ?? keyOf(request),
      // Whoever sent to Datadog until now has a token of theirs.
      foreignKey: true as const,
      // The SDK says it in the address: a header would cost a preflight.
      encoding: address?.isDeflated ? 'deflate' : '',
      limitsOf: () => datadogLimits,
      ...(wrong && { wrong }),
    };
    const entered = await this.door.enter(request, reply, rules);
    if ('refusal' in entered) return this.intake.reject(entered.refusal, entered.arrival, entered.access);
    const { body, arrival, access } = entered;
    return this.door.serve(entered, async () => {
      const lines = readLines(body);
      if ('refused' in lines) return this.intake.reject(lines, arrival, access);
      const batch = address!.track === 'rum' ? rumBatch(lines, address!) : logsBatch(lines, address!);
      return this.intake.take(batch, digestOf(access.project.id, body), arrival, access);
    });
  }
}

const unknownAddress = refuse('shape_invalid', 'ddforward is none of /api/v2/rum, logs, replay, profile', 'ddforward');

function addressOf({ url, query }: FastifyRequest): DatadogAddress | undefined {
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  if (path === '/dd') return readForwarded(queryValue(query, 'ddforward') ?? '');
  return readAddress(path, new URLSearchParams(at < 0 ? '' : url.slice(at + 1)));
}
