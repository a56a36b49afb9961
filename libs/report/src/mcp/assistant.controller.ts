import { Readable } from 'node:stream';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { All, Controller, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RawBody } from '#platform';
import { type Caller, type Role, roleOf, type Tokens } from './assistant-access.ts';
import { assistantServer } from './assistant-server.ts';
import type { SqlDoor } from './assistant-sql.ts';
import { type ApiRequest, type AssistantTool } from './assistant-tools.ts';

/** What the house tells its door for assistants. */
export class AssistantOptions {
  constructor(
    readonly version: string,
    readonly tools: readonly AssistantTool[],
    readonly tokens: Tokens,
    /** Asked for each request: the door opens after the application. */
    readonly sql: () => SqlDoor | undefined,
  ) {}
}

/** What belongs to the house's own way of the request and not to its sender. */
const passedOn = ['authorization', 'host'] as const;

/** The Model Context Protocol over streamable HTTP, stateless: each request has its answer, and nothing is kept between two. */
@Controller()
export class AssistantController {
  readonly #handler: McpHttpHandler;

  constructor(
    private readonly options: AssistantOptions,
    private readonly adapter: HttpAdapterHost<FastifyAdapter>,
  ) {
    this.#handler = createMcpHandler(
      ({ authInfo }) => {
        const { role, caller } = authInfo!.extra as unknown as { role: Role; caller: Caller };
        const { version, tools, sql } = this.options;
        return assistantServer({ version, tools, sql: sql(), ask: (request, signal) => this.#ask(caller, request, signal) }, role);
      },
      // Nothing changes while it runs, so there is nothing to listen to.
      { maxSubscriptions: 1, responseMode: 'json' },
    );
  }

  @All('mcp')
  async serve(@Req() request: FastifyRequest, @RawBody() body: Buffer, @Res() reply: FastifyReply): Promise<void> {
    const caller = { headers: request.headers, remoteAddress: request.raw.socket.remoteAddress ?? '' };
    const role = roleOf(caller, this.options.tokens);
    if (typeof role === 'object') return deny(reply, role);
    const authInfo = { token: '', clientId: 'assistant', scopes: [role], extra: { role, caller } };
    const answer = await this.#handler.fetch(webRequest(request, body, reply), { authInfo });
    reply.status(answer.status);
    for (const [name, value] of answer.headers) reply.header(name, value);
    reply.header('cache-control', 'no-store');
    reply.send(answer.body ? Readable.fromWeb(answer.body as never) : undefined);
  }

  /** As if the caller had asked the API: what it may not, its assistant may not. */
  async #ask({ headers, remoteAddress }: Caller, { method, url, body }: ApiRequest, signal: AbortSignal) {
    const kept = Object.fromEntries(passedOn.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
    const json = body && { 'content-type': 'application/json' };
    const answer = await this.adapter.httpAdapter
      .getInstance()
      .inject({ method, url, remoteAddress, signal, headers: { ...kept, ...json }, ...(body && { payload: JSON.stringify(body) }) });
    return { ok: answer.statusCode < 400, text: answer.body };
  }
}

function deny(reply: FastifyReply, { status, message }: { readonly status: 401 | 403; readonly message: string }): void {
  const code = status === 401 ? 'key_unknown' : 'forbidden';
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  reply.status(status).send({ error: { code, message, field: 'authorization', limit: null } });
}

/** The address in it stands for nothing: where the request came in is known to the house alone. */
function webRequest({ method, headers }: FastifyRequest, body: Buffer, reply: FastifyReply): Request {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const given = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as [string, string]] : []));
  return new Request('http://house/mcp', {
    ...{ method, headers: given, signal: gone.signal },
    ...(method !== 'GET' && method !== 'HEAD' && { body: new Uint8Array(body) }),
  });
}
