import { z } from 'zod';
import { beaconLimits, beaconSchema, metricSchema, type RejectReason } from '#contracts';
import { errorAnswer } from './answers.ts';
import { type Json, jsonSchemaOf, schemaReference } from './json-schema.ts';

const beacon = beaconSchema.extend({ metrics: z.array(metricSchema).min(1).max(beaconLimits.events) });

const partlyTaken = z.object({
  accepted: z.number().int(),
  rejected: z.array(errorAnswer.extend({ index: z.number().int().describe('Place in metrics') })),
});

const refusals: Readonly<Record<number, readonly [description: string, ...reasons: RejectReason[]]>> = {
  400: [
    'The beacon, or every metric in it, is wrong',
    ...(['body_aborted', 'content_encoding_invalid', 'json_invalid', 'json_too_deep', 'shape_invalid', 'too_many_events'] as const),
    ...(['too_many_attributes', 'string_too_long', 'name_invalid', 'forbidden_key', 'value_out_of_range', 'beacon_too_old'] as const),
  ],
  401: ['No project takes this', 'key_missing', 'key_unknown', 'key_revoked'],
  403: ['The key is not for this sender', 'origin_not_allowed', 'environment_not_allowed'],
  408: ['The body came too slowly', 'body_timeout'],
  413: [`More than ${beaconLimits.bodyBytes} bytes, or inflates to more`, 'body_too_large', 'compression_ratio_exceeded'],
  415: ['Encoded otherwise than gzip or deflate', 'content_encoding_unsupported'],
  429: ["Above the key's or project's quota; Retry-After says when to come back", 'quota_exceeded'],
  503: ['Nothing was kept; send the same beacon again after Retry-After', 'overloaded', 'stream_unavailable'],
};

function refusalResponses(): Json {
  const responses = Object.entries(refusals).map(([status, [description, ...reasons]]) => [
    status,
    { description: `${description}: ${reasons.join(', ')}`, ...schemaReference('Error') },
  ]);
  return Object.fromEntries(responses);
}

const keyParameters = [
  { name: 'key', in: 'query', required: false, description: 'Key of the project, where it is not open', schema: { type: 'string' } },
  { name: 'X-Beaconhouse-Key', in: 'header', required: false, description: 'The same as a header', schema: { type: 'string' } },
  {
    name: 'enc',
    in: 'query',
    required: false,
    description: 'Content-Encoding for senders that cannot set headers',
    schema: { type: 'string', enum: ['gzip', 'deflate'] },
  },
];

/** `POST /api/rum-metrics`. */
export function intakePath(): Json {
  const content = { schema: { $ref: '#/components/schemas/Beacon' } };
  return {
    post: {
      operationId: 'sendBeacon',
      summary: 'Store a beacon. Safe to repeat under the same beaconId',
      tags: ['send'],
      parameters: keyParameters,
      requestBody: { required: true, content: { 'application/json': content, 'text/plain': content } },
      responses: {
        204: { description: 'Stored' },
        202: { description: 'Stored but for the metrics listed', ...schemaReference('PartlyTaken') },
        ...refusalResponses(),
      },
    },
  };
}

export function intakeSchemas(): Json {
  return { Beacon: jsonSchemaOf(beacon, 'input'), PartlyTaken: jsonSchemaOf(partlyTaken, 'output') };
}
