import { All, Controller, Get, Inject, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Arrival, type Refusal, refuse } from '../../intake/arrival.ts';
import { type Entered, IntakeDoor, joined, keyOf, type TurnedAway } from '../../intake/intake-door.ts';
import { discardRest } from '../../intake/read-body.ts';
import { sendRefusal, statusOfRefusal } from '../../intake/send-refusal.ts';
import { digestOf } from '../record-id.ts';
import { emptyBatch, type TelemetryBatch } from '../telemetry-batch.ts';
import { TelemetryIntake } from '../telemetry-intake.ts';
import { readTraces, type TracesVersion } from './read-traces.ts';
import { SamplingRate } from './sampling-rate.ts';
import { spanRecords } from './span-records.ts';
import { statsdPoints } from './statsd-points.ts';

/** Which project tracers send to that bring no key: dd-trace has no place for one. Absent: the open one. */
export class AgentProject {
  constructor(readonly id: string | undefined) {}
}

const traces = ['v0.3/traces', 'v0.4/traces', 'v0.5/traces'];
const limits = { wireBytes: 16 * 1024 * 1024, inflatedBytes: 16 * 1024 * 1024, inflateRatio: 100, idleMs: 5_000 };
/** What another agent would be asked for and this one has no use for: taken off the wire and thrown away. */
const discarded = ['telemetry/proxy/*', 'profiling/v1/input', 'v0.6/stats'];
const absent = ['v0.7/config', 'v0.1/*', 'v1.0/*', 'evp_proxy/*', 'debugger/*'];
/** Lists what is served: tracers look for it before they use something. */
const info = {
  version: '7.60.0',
  endpoints: ['/v0.3/traces', '/v0.4/traces', '/v0.5/traces', '/telemetry/proxy/', '/dogstatsd/v2/proxy', '/info'],
  ...{ client_drop_p0s: false, feature_flags: [], config: {} },
};

/**
 * The Datadog trace agent's API, for applications with dd-trace and DD_TRACE_AGENT_URL. Tracers send again what met a broken connection, and
 * never what was answered with an error: so where trying again can help, the connection is cut (docs/decisions/0018).
 */
@Controller()
export class DatadogAgentController {
  readonly #rates = new SamplingRate();

  constructor(
    @Inject(TelemetryIntake) private readonly intake: TelemetryIntake,
    @Inject(IntakeDoor) private readonly door: IntakeDoor,
    @Inject(AgentProject) private readonly project: AgentProject,
  ) {}

  @Put(traces)
  putTraces(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#takeTraces(request, reply);
  }

  @Post(traces)
  postTraces(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#takeTraces(request, reply);
  }

  @Post('dogstatsd/v2/proxy')
  takeStatsd(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#take(request, reply, ({ body, arrival }) => {
      return { ...emptyBatch('datadog-agent'), ...statsdPoints(body.toString('utf8'), arrival.receivedAt) };
    });
  }

  @Get('info')
  info(@Res() reply: FastifyReply): void {
    reply.send(info);
  }

  @All(discarded)
  async discard(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await discardRest(request.raw);
    reply.status(request.url.startsWith('/telemetry/') ? 202 : 200).send({});
  }

  @All(absent)
  refuseProduct(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    reply.status(404).type('application/json; charset=utf-8');
    sendRefusal(request, reply, '{}');
  }

  #takeTraces(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const version = request.url.slice(2, 5) as TracesVersion;
    return this.#take(request, reply, ({ body }) => {
      const chunks = readTraces(body, version);
      if ('refused' in chunks) return { refusal: chunks };
      const counted = Number(joined(request.headers['x-datadog-trace-count']) ?? chunks.length);
      if (counted > chunks.length) {
        const missing = `${counted} traces were announced and ${chunks.length} came`;
        return { refusal: refuse('msgpack_invalid', missing, 'x-datadog-trace-count', chunks.length) };
      }
      return { ...emptyBatch('datadog-agent'), ...spanRecords(chunks) };
    });
  }

  async #take(
    request: FastifyRequest,
    reply: FastifyReply,
    read: (entered: Entered) => TelemetryBatch | { readonly refusal: Refusal },
  ): Promise<void> {
    const encoding = (joined(request.headers['content-encoding']) ?? '').trim().toLowerCase();
    const rules = {
      key: keyOf(request),
      encoding,
      limitsOf: () => limits,
      ...(this.project.id !== undefined && { project: this.project.id }),
    };
    const entered = await this.door.enter(request, reply, rules);
    if ('refusal' in entered) return this.#turnAway(entered, request, reply);
    const { body, arrival, access } = entered;
    const receipt = await this.door.serve(entered, async () => {
      const batch = read(entered);
      if ('refusal' in batch) return this.intake.reject(batch.refusal, arrival, access);
      return this.intake.take(batch, digestOf(access.project.id, body), arrival, access);
    });
    if ('refusal' in receipt) this.#answer(receipt.refusal, arrival, access.project.id, request, reply);
    else reply.status(200).send(this.#ratesOf(access.project.id, arrival));
  }

  #turnAway({ refusal, arrival, access }: TurnedAway, request: FastifyRequest, reply: FastifyReply): void {
    this.intake.reject(refusal, arrival, access);
    this.#answer(refusal, arrival, access?.project.id ?? '', request, reply);
  }

  #answer(refusal: Refusal, arrival: Arrival, project: string, request: FastifyRequest, reply: FastifyReply): void {
    const { refused, message, field, limit, retryAfterSeconds } = refusal;
    if (retryAfterSeconds !== undefined) this.#rates.refused(project, arrival.receivedAt);
    const status = statusOfRefusal(refused);
    if (status === 503) {
      reply.hijack();
      request.raw.destroy();
      return;
    }
    reply.status(status).type('application/json; charset=utf-8');
    sendRefusal(request, reply, JSON.stringify({ error: { code: refused, message, field, limit } }));
  }

  #ratesOf(project: string, { receivedAt }: Arrival) {
    return { rate_by_service: { 'service:,env:': this.#rates.of(project, receivedAt) } };
  }
}
