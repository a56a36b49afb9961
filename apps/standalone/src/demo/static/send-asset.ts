import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorBody } from '#contracts';
import type { Asset } from './asset-folder.ts';

/** For addresses that carry the version of what they name. */
export const cacheForever = 'public, max-age=31536000, immutable';
/** For addresses that stay while their content changes. */
export const cacheBriefly = 'public, max-age=300';
/** For pages: always asked again, answered 304 while nothing changed. */
export const cacheNever = 'no-cache';

/** The asset, compressed where the client takes it, or 304 where the client has it. */
export function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset, cacheControl: string): void {
  reply
    .header('etag', asset.etag)
    .header('cache-control', cacheControl)
    .header('vary', 'accept-encoding')
    .header('x-content-type-options', 'nosniff');
  if (matches(request.headers['if-none-match'], asset.etag)) {
    reply.status(304).send();
    return;
  }
  const zipped = acceptsGzip(request.headers['accept-encoding']) ? asset.gzip : undefined;
  if (zipped) reply.header('content-encoding', 'gzip');
  reply.type(asset.type).send(zipped ?? asset.body);
}

export function sendNotFound(reply: FastifyReply, what: string): void {
  const error = { code: 'not_found', message: `there is no ${what}`, field: null, limit: null };
  reply
    .status(404)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .send({ error } satisfies ErrorBody);
}

/** A proxy may have weakened the tag or joined several. */
function matches(sent: string | undefined, etag: string): boolean {
  if (sent === undefined) return false;
  return sent.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}

function acceptsGzip(accepted: string | string[] | undefined): boolean {
  const offers = String(accepted ?? '')
    .toLowerCase()
    .split(',');
  return offers.some((offer) => /^\s*(gzip|\*)\s*(;|$)/.test(offer) && !/;\s*q=0(\.0*)?\s*$/.test(offer));
}
