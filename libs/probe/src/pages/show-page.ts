import type { FastifyReply } from 'fastify';
import { pagePolicy } from './page-style.ts';

/** Sends a page that was made here; nothing of it runs or loads beyond what its policy allows. */
export function showPage(reply: FastifyReply, page: string, policy = pagePolicy): void {
  void reply
    .type('text/html; charset=utf-8')
    .headers({ 'content-security-policy': policy, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    .header('referrer-policy', 'no-referrer')
    .send(page);
}
