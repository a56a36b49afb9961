/**
 * Packages of the MCP SDK offer their sources under the name by which this house offers its own.
 *
 * @jest-environment-options {"customExportConditions": ["node", "import", "default"]}
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { InMemoryTransport, McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { OtlpReceiver } from '../testing/otlp-receiver.ts';
import type { APM } from './apm.ts';
import { diagnostics } from './diagnostics.ts';
import { initializeAPM } from './initialize-apm.ts';
import { instrumentMCPServer } from './instrument-mcp-server.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function fitnessServer(): McpServer {
  const server = new McpServer({ name: 'fitness', version: '1.0.0' });
  server.registerTool('search', { inputSchema: z.object({ query: z.string() }) }, async ({ query }) => ({
    content: [{ type: 'text', text: `3 of ${query}` }],
  }));
  instrumentMCPServer(server, { params: { '*': ['query'] } });
  server.registerTool('late', {}, async () => {
    throw new RangeError('broken');
  });
  return server;
}

describe('instrumentMCPServer, with version 2 of the SDK', () => {
  let receiver: OtlpReceiver;
  let apm: APM;
  let mistakes: number;
  beforeEach(async () => {
    mistakes = diagnostics().internalErrors;
    receiver = await OtlpReceiver.start();
    apm = initializeAPM({ url: receiver.url, ground: 'alone', runtimeMetrics: false });
  });
  afterEach(async () => {
    await apm.shutdown();
    await receiver.close();
    expect(receiver.faults).toEqual([]);
    expect(diagnostics().internalErrors).toBe(mistakes);
  });

  it('measures tools by name, in the trace of _meta, and what they throw', async () => {
    const client = new Client({ name: 'host', version: '1.0.0' });
    const [one, other] = InMemoryTransport.createLinkedPair();
    await Promise.all([fitnessServer().connect(other), client.connect(one as never)]);
    await client.callTool({ name: 'search', arguments: { query: 'yoga' }, _meta: { traceparent } });
    await client.callTool({ name: 'late' });
    await client.close();
    await apm.flush();
    const [search, late] = receiver.spans.filter(({ name }) => name.startsWith('tools/call'));
    expect(search).toMatchObject({ name: 'tools/call search', traceId: traceparent.slice(3, 35), parentSpanId: traceparent.slice(36, 52) });
    expect(search?.attributes).toMatchObject({ 'mcp.tool.params': '{"query":"yoga"}', 'mcp.tool.status': 'success' });
    expect(late?.attributes).toMatchObject({ 'mcp.tool.status': 'error', 'error.type': 'tool_error' });
    expect(late?.events[0]?.attributes['exception.stacktrace']).toMatch(/^RangeError: broken\n/);
  });

  it('reads the headers of HTTP', async () => {
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => 'session-2' });
    await fitnessServer().connect(transport);
    const client = new Client({ name: 'host', version: '1.0.0' });
    const fetch = (url: string | URL, init?: RequestInit) => transport.handleRequest(new Request(url, init));
    const requestInit = { headers: { traceparent } };
    await client.connect(new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), { fetch, requestInit }));
    await client.callTool({ name: 'search', arguments: { query: 'yoga' } });
    await client.close();
    await apm.flush();
    const search = receiver.spans.find(({ name }) => name === 'tools/call search');
    expect(search).toMatchObject({ traceId: traceparent.slice(3, 35), parentSpanId: traceparent.slice(36, 52) });
    expect(search?.attributes).toMatchObject({ 'mcp.session.id': 'session-2', 'network.transport': 'tcp' });
  });
});
