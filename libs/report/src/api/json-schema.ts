import { z } from 'zod';

export type Json = Record<string, unknown>;

/** JSON Schema 2020-12, which is what OpenAPI 3.1 speaks. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' }) as Json;
  return rest;
}

export const schemaReference = (name: string): Json => ({
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
});
