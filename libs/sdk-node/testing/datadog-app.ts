// An MCP server under dd-trace, as one process with its client: `node --import dd-trace/initialize.mjs datadog-app.ts tool|server|low-level`.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import tracer from 'dd-trace';
import { z } from 'zod';
import { instrumentMCPServer, instrumentMCPTool, trace } from '../src/index.ts';

const _meta = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

const search = async ({ query }: { query: string }) =>
  trace('SELECT', async () => ({ content: [{ type: 'text' as const, text: `3 of ${query}` }] }), { kind: 'client' });

async function calledDirectly(): Promise<void> {
  const options = { params: ['query'] };
  const tool = instrumentMCPTool('search_classes', (params: { query: string }, _extra: object) => search(params), options);
  await tracer.trace('web.request', { type: 'web' }, () => tool({ query: 'yoga of ada@example.com' }, { _meta }));
  const failing = instrumentMCPTool('book', () => Promise.reject(new RangeError('none for ada@example.com')));
  await failing().catch(() => {});
  const full = instrumentMCPTool('full', async () => ({ isError: true, content: [{ type: 'text', text: 'class is full' }] }));
  await tracer.trace('mcp.tool', { resource: 'by hand' }, () => full());
}

async function throughServer(): Promise<void> {
  const server = new McpServer({ name: 'fitness', version: '1.0.0' });
  server.registerTool('search_classes', { inputSchema: { query: z.string() } }, search);
  instrumentMCPServer(server);
  server.registerTool('full', {}, async () => ({ isError: true, content: [{ type: 'text', text: 'class is full' }] }));
  await call(server);
}

async function throughLowLevelServer(): Promise<void> {
  const server = instrumentMCPServer(new Server({ name: 'low', version: '1.0.0' }, { capabilities: { tools: {} } }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    if (params.name === 'full') return { isError: true, content: [{ type: 'text', text: 'class is full' }] };
    return search(params.arguments as { query: string });
  });
  await call(server);
}

async function call(server: McpServer | Server): Promise<void> {
  const client = new Client({ name: 'host', version: '1.0.0' });
  const [one, other] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(other), client.connect(one)]);
  // Not in a span of dd-trace's own client, which would put its context into _meta.
  await client.request({ method: 'tools/call', params: { name: 'search_classes', arguments: { query: 'yoga' }, _meta } }, z.any());
  await client.request({ method: 'tools/call', params: { name: 'full' } }, z.any());
  await client.close();
}

const scenes = new Map([
  ['tool', calledDirectly],
  ['server', throughServer],
  ['low-level', throughLowLevelServer],
]);
await scenes.get(process.argv[2] ?? '')?.();
