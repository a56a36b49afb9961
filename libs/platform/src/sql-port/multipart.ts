import type { IncomingMessage } from 'node:http';
import { EngineError } from '../engine/engine.ts';

/** True for a form, in which clients send long parameters. */
export function isMultipart(request: IncomingMessage): boolean {
  return request.headers['content-type']?.startsWith('multipart/form-data') ?? false;
}

/** The fields of a form: `query` and `param_*`. Files would be external tables, which are not supported. */
export async function readForm(request: IncomingMessage, body: Buffer): Promise<[string, string][]> {
  const form = await parse(request, body);
  return [...form].map(([name, value]) => {
    if (typeof value !== 'string') throw new EngineError('External tables are not supported', 48, 'NOT_IMPLEMENTED');
    return [name, value];
  });
}

async function parse(request: IncomingMessage, body: Buffer): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'Content-Type': request.headers['content-type']! } }).formData();
  } catch (cause) {
    throw new EngineError('The body is not the form it says it is', 36, 'BAD_ARGUMENTS', { cause });
  }
}
