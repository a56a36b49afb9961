import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readJson } from './tools/read-json.ts';
import { ToolDesk } from './tools/tool-desk.ts';
import { ToolRefusal } from './tools/tool-refusal.ts';

/** `POST /demo/tools/:name` with `{"arguments": {...}}`: the sample MCP server behind the widgets' hosts, as plain JSON. */
@Controller('demo/tools')
export class ToolsController {
  constructor(@Inject(ToolDesk) private readonly desk: ToolDesk) {}

  @Post(':name')
  async call(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    try {
      const { name } = request.params as { name: string };
      const result = await this.desk.call(name, await readJson(request));
      reply.status(200).send(result);
    } catch (error) {
      if (!(error instanceof ToolRefusal)) throw error;
      refuse(request, reply, error);
    }
  }
}

function refuse(request: FastifyRequest, reply: FastifyReply, refusal: ToolRefusal): void {
  if (refusal.status === 429 || refusal.status === 503) reply.header('retry-after', '1');
  // What was not read of the body would be taken for the next request.
  if (!request.raw.readableEnded) reply.header('connection', 'close');
  reply.status(refusal.status).send(refusal.body);
}
