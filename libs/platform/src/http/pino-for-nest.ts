import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own messages in the product's log; its start-up chatter only at debug. */
export function pinoForNest(log: Logger): LoggerService {
  const to =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]) =>
      log[level]({ nest: rest.at(-1) }, String(message));
  return { log: to('debug'), debug: to('debug'), verbose: to('debug'), warn: to('warn'), error: to('error'), fatal: to('fatal') };
}
