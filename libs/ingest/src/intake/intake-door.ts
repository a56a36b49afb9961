import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '#platform';
import { type Arrival, type Refusal, refuse } from './arrival.ts';
import { clientAddress, networkOf } from './client-network.ts';
import { IntakeGate } from './intake-gate.ts';
import { type Access, originAllowed } from './key-ring.ts';
import { type BodyLimits, readBody } from './read-body.ts';
import { quotaName } from './steps/limit-rate.ts';
import { Turns } from './turns.ts';

/** Where a protocol keeps its key and its encoding, and how large its bodies may be. */
export interface DoorRules {
  readonly key: string | undefined;
  /** For requests without a key; the open project when absent. */
  readonly project?: string;
  readonly encoding: string;
  readonly limitsOf: (access: Access) => BodyLimits;
  /** Where its headers alone say that it cannot be taken. */
  readonly wrong?: Refusal;
}

/** A request that was let in, with its whole body, inflated. */
export interface Entered {
  readonly body: Buffer;
  readonly arrival: Arrival;
  readonly access: Access;
}

/** A request that was not; `access` is missing where no key was found. */
export interface TurnedAway {
  readonly refusal: Refusal;
  readonly arrival: Arrival;
  readonly access?: Access;
}

/** What every protocol's requests pass before anything of them is understood: key, origin, quota, overload, the limits of the body. */
@Injectable()
export class IntakeDoor {
  readonly #turns = new Turns(() => this.clock.now());

  constructor(
    @Inject(IntakeGate) private readonly gate: IntakeGate,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Where the page's origin may read the answer, `reply` says so, whatever the answer is. */
  async enter(
    request: FastifyRequest,
    reply: FastifyReply,
    { key, project, encoding, limitsOf, wrong }: DoorRules,
  ): Promise<Entered | TurnedAway> {
    const arrival = this.#arrivalOf(request);
    const access = key === undefined && project !== undefined ? this.gate.keys.withoutKey(project) : this.gate.keys.find(key);
    if ('refused' in access) return { refusal: access, arrival };
    allowOrigin(reply, arrival.origin, access);
    const early =
      checkOrigin(arrival, access) ??
      this.gate.admission.request(arrival, access) ??
      this.gate.overload.refusal(quotaName(access), arrival.receivedAt) ??
      wrong;
    if (early) return { refusal: early, arrival, access };
    const body = await readBody(request.raw, encoding, limitsOf(access));
    return 'refused' in body ? { refusal: body, arrival, access } : { body, arrival, access };
  }

  /** Counts it as under way until `work` is done, and lets others have their turn on the event loop before. */
  async serve<T>({ body, access }: Entered, work: () => Promise<T>): Promise<T> {
    const { overload } = this.gate;
    const underWay = overload.begin(quotaName(access), body.length, this.clock.now());
    try {
      const turn = this.#turns.wait();
      if (turn) await turn;
      return await work();
    } finally {
      overload.end(underWay, this.clock.now());
    }
  }

  /**
   * Preflight. A browser asks without body and headers, so only a key in the address can be looked at; without one, whether any key might be
   * used from there. The request itself is held to its own key.
   */
  preflight(request: FastifyRequest, reply: FastifyReply, key: string | undefined, headers: readonly string[]): void {
    const { origin } = request.headers;
    if (key === undefined && origin !== undefined && this.gate.keys.allowsOrigin(origin)) showOrigin(reply, origin);
    const access = key === undefined ? undefined : this.gate.keys.find(key);
    if (access !== undefined && !('refused' in access)) allowOrigin(reply, origin, access);
    reply
      .header('access-control-allow-methods', 'POST, OPTIONS')
      .header('access-control-allow-headers', headers.join(', '))
      .header('access-control-max-age', '86400')
      .status(204)
      .send();
  }

  #arrivalOf({ headers, raw }: FastifyRequest): Arrival {
    const address = clientAddress(raw.socket.remoteAddress ?? '', joined(headers['x-forwarded-for']), this.gate.trusted);
    return {
      receivedAt: this.clock.now(),
      network: networkOf(address),
      origin: headers.origin,
      userAgent: (headers['user-agent'] ?? '').slice(0, 1_024),
      privacySignal: headers['sec-gpc'] === '1' || headers.dnt === '1',
    };
  }
}

/** Of all values where a header was sent more than once. */
export const joined = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(',') : value);

/** The key where any client may put it: `?key=`, `X-Beaconhouse-Key`, `X-Api-Key`, a bearer token. */
export function keyOf({ query, headers }: FastifyRequest): string | undefined {
  const bearer = headers.authorization?.match(/^Bearer (\S+)$/i)?.[1];
  return queryValue(query, 'key') || joined(headers['x-beaconhouse-key']) || joined(headers['x-api-key']) || bearer;
}

/** Undefined also where the name stands in the address more than once. */
export function queryValue(query: unknown, name: string): string | undefined {
  const value = (query as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}

function checkOrigin({ origin }: Arrival, { origins, keyId }: Access): Refusal | undefined {
  if (origin === undefined || originAllowed(origin, origins)) return undefined;
  return refuse('origin_not_allowed', `key ${keyId} does not take beacons from ${origin.slice(0, 128)}`, 'origin', origins.join(', '));
}

function allowOrigin(reply: FastifyReply, origin: string | undefined, access: Access): void {
  if (origin !== undefined && originAllowed(origin, access.origins)) showOrigin(reply, origin);
}

function showOrigin(reply: FastifyReply, origin: string): void {
  reply.header('access-control-allow-origin', origin).header('vary', 'Origin').header('access-control-expose-headers', 'retry-after');
}
