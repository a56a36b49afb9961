import type { RejectReason } from '#contracts';
import { type Json, schemaReference } from './json-schema.ts';

const refusals: Readonly<Record<number, readonly [description: string, ...reasons: RejectReason[]]>> = {
  400: [
    'The request cannot be read; the SDK takes it for delivered',
    'body_aborted',
    'content_encoding_invalid',
    'shape_invalid',
    'too_many_events',
  ],
  401: ['No project takes this', 'key_missing', 'key_unknown', 'key_revoked'],
  403: ['The key is not for this page', 'origin_not_allowed'],
  408: ['The body came too slowly; the SDK sends it again', 'body_timeout'],
  413: ['More than 1 MiB, or inflates to more', 'body_too_large', 'compression_ratio_exceeded'],
  429: ["Above the key's or project's quota; the SDK sends it again", 'quota_exceeded'],
  503: ['Not stored whole; the SDK sends it again', 'overloaded', 'stream_unavailable'],
};

function operation(id: string, summary: string, parameter: string, description: string): Json {
  const wrong = Object.entries(refusals).map(([status, [text, ...reasons]]) => [
    status,
    { description: `${text}: ${reasons.join(', ')}`, ...schemaReference('Error') },
  ]);
  return {
    post: {
      ...{ operationId: id, summary, tags: ['send'] },
      parameters: [{ name: parameter, in: 'query', required: false, description, schema: { type: 'string' } }],
      requestBody: { required: true, content: { 'text/plain': { schema: { type: 'string', description: 'An event a line, JSON' } } } },
      responses: { 202: { description: 'Stored, but for lines that are counted in the ledger' }, ...Object.fromEntries(wrong) },
    },
  };
}

const token = 'The client token: key of the project';

/** What Datadog's browser SDKs send. */
export const datadogBrowserPaths = (): Json => ({
  '/dd': operation(
    'sendDatadogByProxy',
    "What Datadog's browser SDKs send where `proxy` is this address",
    'ddforward',
    'One of the paths below, with its parameters',
  ),
  '/api/v2/rum': operation('sendDatadogRum', "What Datadog's RUM SDK sends", 'dd-api-key', token),
  '/api/v2/logs': operation('sendDatadogLogs', "What Datadog's browser logs SDK sends", 'dd-api-key', token),
  '/api/v2/replay': operation('sendDatadogReplay', 'Recordings of sessions: taken, not kept', 'dd-api-key', token),
});
