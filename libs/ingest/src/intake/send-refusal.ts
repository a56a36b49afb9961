import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { beaconLimits, type RejectReason } from '#contracts';
import type { Refusal } from './arrival.ts';
import { discardRest } from './read-body.ts';

const statusOf: Readonly<Partial<Record<RejectReason, number>>> = {
  body_too_large: 413,
  compression_ratio_exceeded: 413,
  content_encoding_unsupported: 415,
  content_type_unsupported: 415,
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

/** Answers with the house's error body, and with when to come back. */
export function answerRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): void {
  const { refused, message, field, limit, retryAfterSeconds } = refusal;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  reply.status(statusOfRefusal(refused)).type('application/json; charset=utf-8');
  sendRefusal(request, reply, JSON.stringify({ error: { code: refused, message, field, limit } }));
}

/** What HTTP calls a refusal; 400 where the client's content is wrong. */
export const statusOfRefusal = (reason: RejectReason): number => statusOf[reason] ?? 400;

/**
 * Sends an answer that may come before the body was read. It is complete for the client at once. What the client is still sending
 * is read to its end, where it is no more than a beacon may have: a new connection for each refusal costs more. Otherwise the
 * connection is held until it is through, and ended.
 */
export function sendRefusal(request: FastifyRequest, reply: FastifyReply, payload: string | Buffer): void {
  if (request.raw.readableEnded) {
    reply.send(payload);
  } else if (isOrdinary(request)) {
    reply.send(payload);
    void discardOrCut(request.raw);
  } else {
    sendThenWait(reply.header('connection', 'close'), payload, discardRest(request.raw));
  }
}

const isOrdinary = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= beaconLimits.bodyBytes;

async function discardOrCut(request: IncomingMessage): Promise<void> {
  if (!(await discardRest(request))) request.destroy();
}

function sendThenWait(reply: FastifyReply, payload: string | Buffer, rest: Promise<unknown>): void {
  async function* body() {
    yield Buffer.from(payload as string);
    await rest;
  }
  reply.header('content-length', Buffer.byteLength(payload)).send(Readable.from(body()));
}
