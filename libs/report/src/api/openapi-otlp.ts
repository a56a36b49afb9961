import { z } from 'zod';
import type { RejectReason } from '#contracts';
import { type Json, jsonSchemaOf } from './json-schema.ts';

const rpcStatus = z.object({ code: z.number().int().describe('google.rpc.Code'), message: z.string().describe('Begins with the reason') });

const partial = z.object({
  partialSuccess: z
    .object({
      rejectedSpans: z.string().optional(),
      rejectedDataPoints: z.string().optional(),
      rejectedLogRecords: z.string().optional(),
      errorMessage: z.string().describe('How many for which reason'),
    })
    .optional(),
});

const refusals: Readonly<Record<number, readonly [description: string, ...reasons: RejectReason[]]>> = {
  400: [
    'The request cannot be read; not to be sent again',
    ...(['body_aborted', 'content_encoding_invalid', 'protobuf_invalid', 'json_invalid', 'json_too_deep', 'shape_invalid'] as const),
    ...(['too_many_events', 'too_many_attributes'] as const),
  ],
  401: ['No project takes this', 'key_missing', 'key_unknown', 'key_revoked'],
  403: ['The key is not for this page', 'origin_not_allowed'],
  408: ['The body came too slowly', 'body_timeout'],
  413: ['More than 16 MiB, or inflates to more', 'body_too_large', 'compression_ratio_exceeded'],
  415: ['Neither JSON nor protobuf, or encoded otherwise than gzip or deflate', 'content_type_unsupported', 'content_encoding_unsupported'],
  429: ["Above the key's or project's quota; send the same again after Retry-After", 'quota_exceeded'],
  503: ['Not stored whole; send the same again after Retry-After', 'overloaded', 'stream_unavailable'],
};

/** For which a single record is refused beside others that are kept. */
const ofRecords = [
  'id_invalid',
  'time_out_of_range',
  'value_out_of_range',
  'name_invalid',
  'environment_not_allowed',
] as const satisfies RejectReason[];

const inBoth = (schema: Json) => ({ content: { 'application/json': { schema }, 'application/x-protobuf': { schema: bytes } } });
const bytes: Json = { type: 'string', format: 'binary' };
const referenceTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

const keyParameters = [
  { name: 'key', in: 'query', required: false, description: 'Key of the project, where it is not open', schema: { type: 'string' } },
  {
    name: 'X-Api-Key',
    in: 'header',
    required: false,
    description: 'The same as a header, or as a bearer token',
    schema: { type: 'string' },
  },
];

function operation(signal: string, message: string): Json {
  const wrong = Object.entries(refusals).map(([status, [description, ...reasons]]) => [
    status,
    { description: `${description}: ${reasons.join(', ')}`, ...inBoth(referenceTo('RpcStatus')) },
  ]);
  const stored = `Stored, but for the records counted in partialSuccess: ${ofRecords.join(', ')}`;
  return {
    post: {
      operationId: `send${signal}`,
      summary: `Store ${signal.toLowerCase()} of OpenTelemetry: OTLP/HTTP, answered in the encoding of the request`,
      tags: ['send'],
      parameters: keyParameters,
      requestBody: { required: true, ...inBoth({ type: 'object', description: message }) },
      responses: { 200: { description: stored, ...inBoth(referenceTo('OtlpAnswer')) }, ...Object.fromEntries(wrong) },
    },
  };
}

/** `POST /v1/traces`, `/v1/metrics`, `/v1/logs`. */
export const otlpPaths = (): Json => ({
  '/v1/traces': operation('Traces', 'ExportTraceServiceRequest'),
  '/v1/metrics': operation('Metrics', 'ExportMetricsServiceRequest'),
  '/v1/logs': operation('Logs', 'ExportLogsServiceRequest'),
});

export const otlpSchemas = (): Json => ({ RpcStatus: jsonSchemaOf(rpcStatus, 'output'), OtlpAnswer: jsonSchemaOf(partial, 'output') });
