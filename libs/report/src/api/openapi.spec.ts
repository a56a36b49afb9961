import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { alertRoutes } from '#alert';
import { rejectReasons, telemetryRejectReasons } from '#contracts';
import { openApiDocument } from './openapi.ts';
import { routes } from './routes.ts';

/** As much of OpenAPI 3.1 as the document uses, strictly: a field this does not know is a mistake. */
const schema = z.looseObject({});
const content = z.partialRecord(
  z.enum(['application/json', 'application/x-protobuf', 'text/plain', 'image/png']),
  z.strictObject({ schema }),
);
const response = z.strictObject({ description: z.string().min(1), content: content.optional() });
const parameter = z.strictObject({
  name: z.string().min(1),
  in: z.enum(['query', 'path', 'header']),
  required: z.boolean(),
  description: z.string().min(1).optional(),
  schema,
});
const operation = z.strictObject({
  operationId: z.string().regex(/^[a-z]\w+$/),
  summary: z.string().min(1),
  tags: z.array(z.string()),
  parameters: z.array(parameter),
  requestBody: z.strictObject({ required: z.boolean(), content }).optional(),
  responses: z.record(z.string().regex(/^[2-5]\d\d$/), response),
});
const document = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(z.strictObject({ url: z.string() })),
  tags: z.array(z.strictObject({ name: z.string(), description: z.string() })),
  paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'post', 'put', 'delete']), operation)),
  components: z.strictObject({ schemas: z.record(z.string(), schema) }),
});

const made = document.parse(openApiDocument([...routes, ...alertRoutes]));
const operations = Object.entries(made.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => ({ path, method, described })),
);

function* referencesIn(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === '$ref') yield String(value);
    else yield* referencesIn(value);
  }
}

describe('the OpenAPI document', () => {
  it('describes the intake and every question, and what the house answers beside them', () => {
    const asked = operations.filter(({ path }) => !path.startsWith('/api/alerts'));
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'post /api/rum-metrics',
      'post /v1/traces',
      'post /v1/metrics',
      'post /v1/logs',
      'post /faro/collect',
      'post /dd',
      'post /api/v2/rum',
      'post /api/v2/logs',
      'post /api/v2/replay',
      'get /api/metrics',
      'get /api/metrics/{metric}',
      'get /api/metrics/{metric}/breakdown',
      'get /api/dimensions/{dimension}',
      'get /api/traces',
      'get /api/traces/{id}',
      'get /api/services',
      'get /api/services/{service}/routes',
      'get /api/tools',
      'get /api/exemplars',
      'get /api/ledger',
      'get /api/live',
      'get /api/budgets',
      'get /api/deploys',
      'post /api/deploys',
      'get /api/regressions',
      'get /api/regressions/{id}',
      'post /api/regressions/{id}/accept',
      'post /api/regressions/{id}/mute',
      'post /api/regressions/{id}/reopen',
    ]);
    expect(operations.length - asked.length).toBe(alertRoutes.length);
  });

  it('has no reference that leads nowhere, and no schema that nothing refers to', () => {
    const references = new Set(referencesIn(made));
    expect(references).toEqual(new Set(Object.keys(made.components.schemas).map((name) => `#/components/schemas/${name}`)));
  });

  it('has different operation ids, and known tags', () => {
    expect(new Set(operations.map(({ described }) => described.operationId)).size).toBe(operations.length);
    const known = made.tags.map(({ name }) => name);
    for (const { described } of operations) expect(known).toEqual(expect.arrayContaining(described.tags));
  });

  it.each(operations)('declares each part of $path once', ({ path, described }) => {
    const inPath = described.parameters.filter((one) => one.in === 'path').map(({ name }) => name);
    expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    const names = described.parameters.map((one) => `${one.in} ${one.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has schemas that a JSON Schema 2020-12 validator takes in strict mode', () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, validateFormats: false });
    for (const [name, described] of Object.entries(made.components.schemas)) ajv.addSchema(described, `#/components/schemas/${name}`);
    const parameters = operations.flatMap(({ described }) => described.parameters);
    for (const one of [...Object.values(made.components.schemas), ...parameters.map((each) => each.schema)]) ajv.compile(one);
  });

  it('marks what must be given, and what is given otherwise', () => {
    const breakdown = made.paths['/api/metrics/{metric}/breakdown']?.get?.parameters ?? [];
    expect(breakdown.filter(({ required }) => required).map(({ name }) => name)).toEqual(['metric', 'by']);
    expect(breakdown.find(({ name }) => name === 'limit')?.schema).toMatchObject({
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 50,
    });
    expect(breakdown.find(({ name }) => name === 'device')?.schema).toMatchObject({
      type: 'array',
      items: { type: 'string' },
      maxItems: 20,
    });
  });

  it('names every reason for which a beacon is refused, but the repeat, which is answered like the first', () => {
    const intake = made.paths['/api/rum-metrics']?.post?.responses ?? {};
    const told = Object.values(intake).flatMap(({ description }) => description.split(/: |, /));
    const others: readonly string[] = ['duplicate', ...telemetryRejectReasons];
    for (const reason of rejectReasons.filter((each) => !others.includes(each))) expect(told).toContain(reason);
  });

  it.each(['/v1/traces', '/v1/metrics', '/v1/logs'])('names every reason for which %s is refused, but those of others', (path) => {
    const told = Object.values(made.paths[path]?.post?.responses ?? {}).flatMap(({ description }) => description.split(/: |, /));
    const ofBeacons = ['string_too_long', 'forbidden_key', 'beacon_too_old'];
    const others: readonly string[] = ['duplicate', 'msgpack_invalid', 'not_kept', 'sampled_out', ...ofBeacons];
    for (const reason of rejectReasons.filter((each) => !others.includes(each))) expect(told).toContain(reason);
  });
});
