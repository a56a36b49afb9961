import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Controller, Inject, Options, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { beaconLimits, type ErrorBody, type RejectReason } from '#contracts';
import { Clock } from '#platform';
import type { Arrival, Refusal } from './arrival.ts';
import { refuse } from './arrival.ts';
import { clientAddress, networkOf } from './client-network.ts';
import { Intake, type Receipt } from './intake.ts';
import { IntakeGate } from './intake-gate.ts';
import { type Access, originAllowed } from './key-ring.ts';
import { bodyLimitsOf, discardRest, readBody } from './read-body.ts';
import { quotaName } from './steps/limit-rate.ts';
import { Turns } from './turns.ts';

/** `POST /api/rum-metrics`: what browsers send. Answers 204 once the beacon is on the stream. */
@Controller('api/rum-metrics')
export class RumMetricsController {
  readonly #turns = new Turns(() => this.clock.now());

  constructor(
    @Inject(Intake) private readonly intake: Intake,
    @Inject(IntakeGate) private readonly gate: IntakeGate,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Post()
  async take(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const arrival = this.#arrivalOf(request);
    const access = this.gate.keys.find(keyOf(request));
    if ('refused' in access) return this.#refuse(access, arrival, request, reply);
    allowOrigin(reply, arrival.origin, access);
    const early =
      this.#checkOrigin(arrival, access) ??
      this.gate.admission.request(arrival, access) ??
      this.gate.overload.refusal(quotaName(access), arrival.receivedAt);
    if (early) return this.#refuse(early, arrival, request, reply, access);
    const encoding = encodingOf(request);
    const body = await readBody(request.raw, encoding, bodyLimitsOf(access.bodyBytes));
    if ('refused' in body) return this.#refuse(body, arrival, request, reply, access);
    answer(reply, await this.#take(body, arrival, access));
  }

  async #take(body: Buffer, arrival: Arrival, access: Access): Promise<Receipt> {
    const { overload } = this.gate;
    const underWay = overload.begin(quotaName(access), body.length, this.clock.now());
    try {
      const turn = this.#turns.wait();
      if (turn) await turn;
      return await this.intake.take(body, arrival, access);
    } finally {
      overload.end(underWay, this.clock.now());
    }
  }

  /** Preflight. A browser asks without the body, so only the key in the address can be looked at. */
  @Options()
  preflight(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const access = this.gate.keys.find(keyOf(request));
    if (!('refused' in access)) allowOrigin(reply, request.headers.origin, access);
    reply
      .header('access-control-allow-methods', 'POST, OPTIONS')
      .header('access-control-allow-headers', 'content-type, content-encoding, x-beaconhouse-key, traceparent, tracestate')
      .header('access-control-max-age', '86400')
      .status(204)
      .send();
  }

  #arrivalOf({ headers, raw }: FastifyRequest): Arrival {
    const address = clientAddress(raw.socket.remoteAddress ?? '', header(headers['x-forwarded-for']), this.gate.trusted);
    return {
      receivedAt: this.clock.now(),
      network: networkOf(address),
      origin: headers.origin,
      userAgent: (headers['user-agent'] ?? '').slice(0, 1_024),
      privacySignal: headers['sec-gpc'] === '1' || headers.dnt === '1',
    };
  }

  #checkOrigin({ origin }: Arrival, { origins, keyId }: Access): Refusal | undefined {
    if (origin === undefined || originAllowed(origin, origins)) return undefined;
    return refuse('origin_not_allowed', `key ${keyId} does not take beacons from ${origin.slice(0, 128)}`, 'origin', origins.join(', '));
  }

  #refuse(refusal: Refusal, arrival: Arrival, request: FastifyRequest, reply: FastifyReply, access?: Access): void {
    this.intake.reject({ refusal, events: 0 }, arrival, access);
    if (request.raw.readableEnded) answer(reply, { refusal });
    else if (isOrdinary(request)) {
      answer(reply, { refusal });
      void discardOrCut(request.raw);
    } else answer(reply.header('connection', 'close'), { refusal }, discardRest(request.raw));
  }
}

/** A body as large as it may be is read to its end, and its connection used again: a new one for each refusal costs more. The answer goes before. */
async function discardOrCut(request: IncomingMessage): Promise<void> {
  if (!(await discardRest(request))) request.destroy();
}

const isOrdinary = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= beaconLimits.bodyBytes;

function keyOf({ query, headers }: FastifyRequest): string | undefined {
  const bearer = headers.authorization?.match(/^Bearer (\S+)$/i)?.[1];
  const inQuery = (query as Record<string, unknown>).key;
  return (
    (typeof inQuery === 'string' ? inQuery : undefined) ?? header(headers['x-beaconhouse-key']) ?? header(headers['x-api-key']) ?? bearer
  );
}

/** A page that goes away cannot set headers: `?enc=gzip` says the same as `Content-Encoding`. */
function encodingOf({ query, headers }: FastifyRequest): string {
  const inQuery = (query as Record<string, unknown>).enc;
  return (typeof inQuery === 'string' ? inQuery : (headers['content-encoding'] ?? '')).trim().toLowerCase();
}

const header = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(',') : value);

function allowOrigin(reply: FastifyReply, origin: string | undefined, access: Access): void {
  if (origin === undefined || !originAllowed(origin, access.origins)) return;
  reply.header('access-control-allow-origin', origin).header('vary', 'Origin').header('access-control-expose-headers', 'retry-after');
}

const statusOf: Readonly<Partial<Record<RejectReason, number>>> = {
  body_too_large: 413,
  compression_ratio_exceeded: 413,
  content_encoding_unsupported: 415,
  body_timeout: 408,
  key_missing: 401,
  key_unknown: 401,
  key_revoked: 401,
  origin_not_allowed: 403,
  environment_not_allowed: 403,
  quota_exceeded: 429,
  overloaded: 503,
  stream_unavailable: 503,
};

function errorOf({ refused, message, field, limit }: Refusal): ErrorBody['error'] {
  return { code: refused, message, field, limit };
}

/**
 * 204 when all was kept, 202 with the list when some events were not, else the error. The error is complete for the client
 * at once; the connection is held until `rest` is through.
 */
function answer(reply: FastifyReply, receipt: Receipt, rest?: Promise<unknown>): void {
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  if ('refusal' in receipt) {
    const { refusal } = receipt;
    if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', String(refusal.retryAfterSeconds));
    const error = { error: errorOf(refusal) } satisfies ErrorBody;
    reply.status(statusOf[refusal.refused] ?? 400);
    if (rest) sendThenWait(reply, JSON.stringify(error), rest);
    else reply.send(error);
  } else if (receipt.refusals.length === 0) {
    reply.status(204).send();
  } else {
    const rejected = receipt.refusals.map(({ index, refusal }) => ({ index, error: errorOf(refusal) }));
    reply.status(202).send({ accepted: receipt.kept, rejected });
  }
}

function sendThenWait(reply: FastifyReply, json: string, rest: Promise<unknown>): void {
  async function* body() {
    yield Buffer.from(json);
    await rest;
  }
  reply.type('application/json; charset=utf-8').header('content-length', Buffer.byteLength(json)).send(Readable.from(body()));
}
