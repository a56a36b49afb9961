import type { RejectReason } from '#contracts';
import { type Json, schemaReference } from './json-schema.ts';

const refusals: Readonly<Record<number, readonly [description: string, ...reasons: RejectReason[]]>> = {
  400: [
    'The request cannot be read; not to be sent again',
    ...(['body_aborted', 'content_encoding_invalid', 'json_invalid', 'json_too_deep', 'shape_invalid', 'too_many_events'] as const),
  ],
  401: ['No project takes this', 'key_missing', 'key_unknown', 'key_revoked'],
  403: ['The key is not for this page', 'origin_not_allowed'],
  408: ['The body came too slowly', 'body_timeout'],
  413: ['More than 1 MiB, or inflates to more than 5', 'body_too_large', 'compression_ratio_exceeded'],
  415: ['Encoded otherwise than gzip or deflate', 'content_encoding_unsupported'],
  429: ["Above the key's or project's quota; send the same again after Retry-After", 'quota_exceeded'],
  503: ['Not stored whole; send the same again after Retry-After', 'overloaded', 'stream_unavailable'],
};

/** `POST /faro/collect`. */
export function faroPath(): Json {
  const wrong = Object.entries(refusals).map(([status, [description, ...reasons]]) => [
    status,
    { description: `${description}: ${reasons.join(', ')}`, ...schemaReference('Error') },
  ]);
  const text = { type: 'string' };
  return {
    post: {
      operationId: 'sendFaro',
      summary: "Store what Grafana Faro's web SDK sends. /collect, and both with /{key} behind, are the same",
      tags: ['send'],
      parameters: [
        { name: 'X-Api-Key', in: 'header', required: false, description: 'Key of the project, where it is not open', schema: text },
        { name: 'Idempotency-Key', in: 'header', required: false, description: 'The same when a request is sent again', schema: text },
      ],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { type: 'object', description: 'TransportBody of faro-core 2' } } },
      },
      responses: { 202: { description: 'Stored, but for items that are counted in the ledger' }, ...Object.fromEntries(wrong) },
    },
  };
}
