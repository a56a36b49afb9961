import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { finalize, type Observable } from 'rxjs';
import { Slots } from '#platform';
import { LhciRefusal } from '../lhci-refusal.ts';

/** Results in memory at once, and requests that wait for that, their bodies unread. */
const [atOnce, mostWaiting] = [2, 64];
const retryAfterSeconds = 5;

/** What reads or writes whole results waits for its turn: a result may be megabytes, and reading it holds up everything else. */
@Injectable()
export class UploadTurn implements NestInterceptor {
  readonly #slots = new Slots(atOnce);
  #here = 0;

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (this.#here >= atOnce + mostWaiting) {
      context.switchToHttp().getResponse<FastifyReply>().header('retry-after', retryAfterSeconds);
      throw new LhciRefusal(503, 'too many results come at once; send it again');
    }
    this.#here += 1;
    const release = await this.#slots.take();
    return next.handle().pipe(
      finalize(() => {
        this.#here -= 1;
        release();
      }),
    );
  }
}
