import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { catchError, type Observable } from 'rxjs';
import { QuestionRefused, WarehouseBusy } from '../warehouse/warehouse.ts';
import { Refusal } from './refusal.ts';

/** ClickHouse's codes for a question beyond its limits: rows, time, memory, bytes, result. */
const limitCodes = new Set([158, 159, 160, 241, 307, 396]);
const retryAfterSeconds = 2;

/** Tells the client what it can do about a warehouse that does not answer; everything else is nobody's fault but ours. */
@Injectable()
export class RefuseHeavy implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (error instanceof WarehouseBusy) {
          context.switchToHttp().getResponse<FastifyReply>().header('retry-after', retryAfterSeconds);
          throw new Refusal('warehouse_busy', 'the warehouse cannot answer now; ask again');
        }
        if (error instanceof QuestionRefused && limitCodes.has(error.code)) {
          throw new Refusal('question_too_heavy', 'the question needs more than its limits; narrow the window or add a filter', 'window');
        }
        throw error;
      }),
    );
  }
}
