import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { foreignSite, isLoopback } from '../sql-port/same-site.ts';
import { sameSecret } from '../sql-port/writer-secret.ts';
import { Refusal } from './refusal.ts';

/** Who may change something by the API. */
export class ChangeToken {
  /** Without a token only this machine may. */
  constructor(readonly token: string | undefined = undefined) {}
}

/**
 * Lets through what may change something: from this machine, or with the token for it. A web page of another site may send its reader's
 * browser here, and is refused either way.
 */
@Injectable()
export class MayChange implements CanActivate {
  constructor(private readonly change: ChangeToken) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers, socket } = context.switchToHttp().getRequest<FastifyRequest>();
    const { token } = this.change;
    // Without a token a name that its owner points at this machine must not do: it shows in Host.
    const foreign = foreignSite(headers, token === undefined);
    if (foreign !== undefined) throw new Refusal('forbidden', foreign);
    const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (token !== undefined) {
      if (given !== undefined && sameSecret(given, token)) return true;
      throw new Refusal('forbidden', 'this wants the token of BEACONHOUSE_OPERATE_TOKEN: Authorization: Bearer ...', 'authorization');
    }
    if (isLoopback((socket.remoteAddress ?? '').replace(/^::ffff:/, ''))) return true;
    throw new Refusal('forbidden', 'without BEACONHOUSE_OPERATE_TOKEN this is answered to the machine itself only');
  }
}
