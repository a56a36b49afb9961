import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { errorAnswer } from './error-answer.ts';

/** Every error leaves in one shape. What went wrong inside is told to the log under an id, not to the client. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, body } = errorAnswer(error, (id) =>
      this.log.error({ err: error, id, url: request.url.split('?', 1)[0] }, 'request failed'),
    );
    void reply.status(status).send(body);
  }
}
