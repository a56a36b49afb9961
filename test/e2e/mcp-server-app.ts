// Run by one-trace.e2e.ts: an MCP server as its SDK's documentation writes one, with one line for this house. Says its address, ends with its input.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { instrumentMCPServer } from '../../libs/sdk-node/src/index.ts';
import { trace } from '../../libs/sdk-node/src/trace.ts';

const server = new McpServer({ name: 'fitness', version: '1.0.0' });
instrumentMCPServer(server);
server.registerTool('search_classes', { inputSchema: { near: z.string() } }, async ({ near }) =>
  trace('SELECT classes', async () => ({ content: [{ type: 'text', text: `3 near ${near}` }] }), { kind: 'client' }),
);
server.registerTool('book_class', {}, async () => ({ isError: true, content: [{ type: 'text', text: 'class is full' }] }));

const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID });
await server.connect(transport as never);
const http = createServer((request, response) => void transport.handleRequest(request, response)).listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
