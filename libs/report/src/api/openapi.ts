import type { z } from 'zod';
import { parameterCodes, type RouteDescription } from '#platform';
import { errorAnswer } from './answers.ts';
import { type Json, jsonSchemaOf, schemaReference } from './json-schema.ts';
import { datadogBrowserPaths } from './openapi-datadog-browser.ts';
import { faroPath } from './openapi-faro.ts';
import { intakePath, intakeSchemas } from './openapi-intake.ts';
import { otlpPaths, otlpSchemas } from './openapi-otlp.ts';
import { routes } from './routes.ts';

const errorReference = (description: string): Json => ({ description, ...schemaReference('Error') });

export function queryParameters(query: z.ZodObject): Json[] {
  const required = new Set((jsonSchemaOf(query, 'input').required as string[] | undefined) ?? []);
  return Object.entries(query.shape).map(([name, schema]) => {
    const { description, ...rest } = jsonSchemaOf(schema as z.ZodType, 'output');
    return { name, in: 'query', required: required.has(name), ...(description === undefined ? {} : { description }), schema: rest };
  });
}

function pathParameters(route: RouteDescription): Json[] {
  return Object.entries(route.pathParameters).map(([name, { description, values }]) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string', ...(values && { enum: values }) },
  }));
}

const bodyName = ({ id }: RouteDescription) => `${id.charAt(0).toUpperCase()}${id.slice(1)}Body`;
const schemaName = ({ id }: RouteDescription) => `${id.charAt(0).toUpperCase()}${id.slice(1)}Answer`;

const picture: Json = { content: { 'image/png': { schema: {} } } };
const isChange = ({ method, changes }: RouteDescription) => method !== undefined && changes !== false;

function operationOf(route: RouteDescription): Json {
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [isChange(route) ? 'decide' : 'ask'],
    parameters: [...pathParameters(route), ...queryParameters(route.query)],
    ...(route.body && { requestBody: { required: !route.body.isOptional(), ...schemaReference(bodyName(route)) } }),
    responses: {
      200: { description: 'The answer', ...(route.answer === 'image/png' ? picture : schemaReference(schemaName(route))) },
      400: errorReference(`A parameter is wrong: ${parameterCodes.join(', ')}`),
      ...(isChange(route) && {
        403: errorReference('forbidden: only from the machine itself, or with the token of BEACONHOUSE_OPERATE_TOKEN'),
      }),
      ...('id' in route.pathParameters && { 404: errorReference('not_found') }),
      422: errorReference('question_too_heavy: the question needs more than its limits'),
      503: errorReference('warehouse_busy: ask again after Retry-After'),
      ...Object.fromEntries(Object.entries(route.refusals ?? {}).map(([status, description]) => [status, errorReference(description)])),
    },
  };
}

/** The API as an OpenAPI 3.1 document. Schemas are those that check the parameters and type the answers. */
export function openApiDocument(described: readonly RouteDescription[] = routes): Json {
  const answers = described.flatMap((route) =>
    route.answer === 'image/png' ? [] : [[schemaName(route), jsonSchemaOf(route.answer, 'output')]],
  );
  const bodies = described.flatMap((route) => (route.body ? [[bodyName(route), jsonSchemaOf(route.body, 'input')]] : []));
  const byPath = [...Map.groupBy(described, ({ path }) => path)].map(([path, methods]) => [
    path,
    Object.fromEntries(methods.map((route) => [route.method ?? 'get', operationOf(route)])),
  ]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Beaconhouse',
      version: '1',
      description: 'Take beacons in, ask about what they measured. Every error is {"error":{"code","message","field","limit"}}.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'send', description: 'Beacons and telemetry in' },
      { name: 'decide', description: 'What people say of what was found' },
      { name: 'ask', description: 'Answers out. Times are milliseconds since 1970, UTC' },
    ],
    paths: {
      '/api/rum-metrics': intakePath(),
      ...otlpPaths(),
      '/faro/collect': faroPath(),
      ...datadogBrowserPaths(),
      ...Object.fromEntries(byPath),
    },
    components: {
      schemas: {
        Error: jsonSchemaOf(errorAnswer, 'output'),
        ...intakeSchemas(),
        ...otlpSchemas(),
        ...Object.fromEntries([...answers, ...bodies]),
      },
    },
  };
}
