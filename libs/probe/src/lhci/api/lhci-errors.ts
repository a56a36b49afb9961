import { randomUUID } from 'node:crypto';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LhciOptions } from '../lhci-options.ts';

/** Refusals as Lighthouse CI's clients know them: `{"message"}`. What went wrong inside is told to the log under an id. */
@Catch()
export class LhciErrors implements ExceptionFilter {
  constructor(private readonly options: LhciOptions) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { url } = host.switchToHttp().getRequest<FastifyRequest>();
    const { statusCode, message } = refusalOf(error) ?? this.#failure(error, url);
    void host.switchToHttp().getResponse<FastifyReply>().status(statusCode).send({ message });
  }

  #failure(error: unknown, url: string) {
    const id = randomUUID();
    this.options.log.error({ err: error, id, url: url.split('?', 1)[0] }, 'request failed');
    return { statusCode: 500, message: `something went wrong here; the log has it under ${id}` };
  }
}

function refusalOf(error: unknown): { readonly statusCode: number; readonly message: string } | undefined {
  const { statusCode, status, message } = error as { statusCode?: number; status?: number; message: string };
  const code = statusCode ?? status ?? 500;
  // 503 is a refusal too: the warehouse or this server is busy.
  return code < 500 || code === 503 ? { statusCode: code, message } : undefined;
}
