import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestRefused, sameSecret } from '#platform';
import { LhciOptions } from '../lhci-options.ts';

/** Where a password is set, everything but /lhci/healthz wants it. Who may operate the house may come in too, to make projects. */
@Injectable()
export class BasicAuth implements CanActivate {
  constructor(private readonly options: LhciOptions) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const { authorization = '' } = http.getRequest<FastifyRequest>().headers;
    if (this.#isKnown(authorization)) return true;
    http.getResponse<FastifyReply>().header('www-authenticate', 'Basic realm="Lighthouse CI", charset="UTF-8"');
    throw new RequestRefused(401, 'unauthorized', 'this wants a user and a password: basicAuth of lighthouserc');
  }

  #isKnown(authorization: string): boolean {
    const { basicAuth, operateToken } = this.options;
    if (!basicAuth) return true;
    const [scheme, given = ''] = authorization.split(' ', 2);
    if (scheme === 'Bearer') return operateToken !== undefined && sameSecret(given, operateToken);
    const { username, password } = basicAuth;
    return scheme === 'Basic' && sameSecret(Buffer.from(given, 'base64').toString(), `${username}:${password}`);
  }
}
