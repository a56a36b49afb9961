import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { foreignSite, isLoopback, sameSecret } from '#platform';
import { Refusal } from '../refusal.ts';
import { ReportOptions } from '../report-options.ts';

/**
 * Lets through what may change something: from this machine, or with the token for it. A web page of another site may send its reader's
 * browser here, and is refused either way.
 */
@Injectable()
export class MayChange implements CanActivate {
  constructor(private readonly options: ReportOptions) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers, socket } = context.switchToHttp().getRequest<FastifyRequest>();
    const foreign = foreignSite(headers, false);
    if (foreign !== undefined) throw new Refusal('forbidden', foreign);
    const { operateToken } = this.options;
    const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (operateToken !== undefined) {
      if (given !== undefined && sameSecret(given, operateToken)) return true;
      throw new Refusal('forbidden', 'this wants the token of BEACONHOUSE_OPERATE_TOKEN: Authorization: Bearer ...', 'authorization');
    }
    if (isLoopback((socket.remoteAddress ?? '').replace(/^::ffff:/, ''))) return true;
    throw new Refusal('forbidden', 'without BEACONHOUSE_OPERATE_TOKEN this is answered to the machine itself only');
  }
}
