/**
 * Packages of the MCP SDK offer their sources under the name by which this house offers its own.
 *
 * @jest-environment-options {"customExportConditions": ["node", "import", "default"]}
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { OtlpReceiver } from '../testing/otlp-receiver.ts';
import type { APM } from './apm.ts';
import { diagnostics } from './diagnostics.ts';
import { initializeAPM } from './initialize-apm.ts';
import { instrumentMCPServer } from './instrument-mcp-server.ts';
import { instrumentMCPTool } from './instrument-mcp-tool.ts';
import { trace } from './trace.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** A server as the SDK's documentation writes one. */
function fitnessServer(): McpServer {
  const server = new McpServer({ name: 'fitness', version: '1.0.0' });
  const inputSchema = { query: z.string() };
  server.registerTool('search_classes', { inputSchema }, async ({ query }) =>
    trace('SELECT', async () => ({ content: [{ type: 'text', text: `3 of ${query}` }] }), { kind: 'client' }),
  );
  server.registerTool('full', {}, async () => ({ isError: true, content: [{ type: 'text', text: 'class is full' }] }));
  return server;
}

describe('instrumentMCPServer, with the official SDK', () => {
  let receiver: OtlpReceiver;
  let apm: APM;
  let mistakes: number;
  const closing: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    mistakes = diagnostics().internalErrors;
    receiver = await OtlpReceiver.start();
    apm = initializeAPM({ url: receiver.url, ground: 'alone', runtimeMetrics: false });
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    await apm.shutdown();
    await receiver.close();
    expect(receiver.faults).toEqual([]);
    expect(diagnostics().internalErrors).toBe(mistakes);
  });

  async function connected(server: McpServer | Server): Promise<Client> {
    const client = new Client({ name: 'host', version: '1.0.0' });
    const [one, other] = InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(other), client.connect(one)]);
    closing.push(() => client.close());
    return client;
  }

  const spanNamed = (name: string) => receiver.spans.find((span) => span.name === name);

  it('measures what was registered before and what came later, each call once, in the trace of the widget', async () => {
    const server = fitnessServer();
    instrumentMCPServer(instrumentMCPServer(server, { params: { search_classes: ['query'] } }));
    server.registerTool('late', {}, async () => {
      throw new RangeError('broken for ada@example.com');
    });
    const client = await connected(server);
    const result = await client.callTool({ name: 'search_classes', arguments: { query: 'yoga' }, _meta: { traceparent } });
    expect(result).toEqual({ content: [{ type: 'text', text: '3 of yoga' }] });
    expect(await client.callTool({ name: 'full' })).toMatchObject({ isError: true });
    expect(await client.callTool({ name: 'late' })).toMatchObject({ isError: true });
    expect(await client.callTool({ name: 'search_classes', arguments: { query: 7 } })).toMatchObject({ isError: true });
    await apm.flush();

    const calls = receiver.spans.filter(({ name }) => name.startsWith('tools/call'));
    expect(calls.map(({ name, attributes }) => [name, attributes['mcp.tool.status'], attributes['error.type']])).toEqual([
      ['tools/call search_classes', 'success', undefined],
      ['tools/call full', 'error', 'tool_error'],
      ['tools/call late', 'error', 'tool_error'],
      ['tools/call search_classes', 'error', 'tool_error'],
    ]);
    const [search, full, late] = calls;
    expect(search).toMatchObject({ kind: 2, traceId: traceparent.slice(3, 35), parentSpanId: traceparent.slice(36, 52) });
    expect(search?.attributes).toMatchObject({
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'search_classes',
      'gen_ai.operation.name': 'execute_tool',
      'mcp.tool.params': '{"query":"yoga"}',
      'mcp.tool.response_size': Buffer.byteLength(JSON.stringify(result)),
    });
    expect(spanNamed('SELECT')).toMatchObject({ traceId: search?.traceId, parentSpanId: search?.spanId });
    expect(full?.status.message).toBe('class is full');
    expect(late?.status.message).toBe('broken for [email]');
    expect(late?.events[0]?.attributes['exception.stacktrace']).toMatch(/^RangeError: broken for \[email\]\n/);
  });

  it('measures a tool that calls itself once more for each time', async () => {
    const server = instrumentMCPServer(new McpServer({ name: 'fitness', version: '1.0.0' }));
    const again = instrumentMCPTool('again', async () => ({ content: [] }));
    server.registerTool('again', {}, async () => again());
    await (await connected(server)).callTool({ name: 'again' });
    await apm.flush();
    const [inner, outer, ...others] = receiver.spans.filter(({ name }) => name === 'tools/call again');
    expect(others).toEqual([]);
    expect(outer).toMatchObject({ spanId: inner?.parentSpanId });
  });

  it('measures the other requests under their method, prompts by name, resources by address without query', async () => {
    const server = instrumentMCPServer(fitnessServer());
    server.registerPrompt('plan', {}, () => ({ messages: [{ role: 'user', content: { type: 'text', text: 'plan' } }] }));
    server.registerResource('widget', 'ui://widget.html?user=7', {}, async (uri) => ({ contents: [{ uri: uri.href, text: '<p>' }] }));
    const client = await connected(server);
    await client.listTools();
    await client.getPrompt({ name: 'plan' });
    await client.readResource({ uri: 'ui://widget.html?user=7' });
    await expect(client.readResource({ uri: 'ui://nothing' })).rejects.toThrow('not found');
    await client.ping();
    await apm.flush();
    expect(receiver.spans.map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
      ['initialize', undefined],
      ['tools/list', undefined],
      ['prompts/get plan', undefined],
      ['resources/read', undefined],
      ['resources/read', '-32602'],
    ]);
    expect(spanNamed('prompts/get plan')?.attributes['gen_ai.prompt.name']).toBe('plan');
    expect(spanNamed('resources/read')?.attributes['mcp.resource.uri']).toBe('ui://widget.html');
  });

  it('measures a low-level server, its JSON-RPC errors and results that break the schema', async () => {
    const server = instrumentMCPServer(new Server({ name: 'low', version: '1.0.0' }, { capabilities: { tools: {} } }));
    server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
      if (params.name === 'bad') throw new McpError(ErrorCode.InvalidParams, 'no such tool');
      return params.name === 'odd' ? { content: 'no list' } : { content: [] };
    });
    const client = await connected(server);
    await client.callTool({ name: 'good' });
    await expect(client.callTool({ name: 'bad' })).rejects.toThrow('no such tool');
    await expect(client.callTool({ name: 'odd' })).rejects.toThrow('Invalid tools/call result');
    await apm.flush();
    const calls = receiver.spans.filter(({ name }) => name.startsWith('tools/call'));
    expect(calls.map(({ attributes }) => [attributes['mcp.tool.name'], attributes['mcp.tool.status'], attributes['error.type']])).toEqual([
      ['good', 'success', undefined],
      ['bad', 'error', '-32602'],
      ['odd', 'error', '-32602'],
    ]);
  });

  it('over streamable HTTP has the session, the version and the trace of the headers', async () => {
    const server = instrumentMCPServer(fitnessServer());
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => 'session-1' });
    await server.connect(transport);
    const http = createServer((request, response) => void transport.handleRequest(request, response));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`);
    const client = new Client({ name: 'host', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers: { traceparent } } }));
    closing.push(async () => {
      await client.close();
      http.closeAllConnections();
      http.close();
    });
    await client.callTool({ name: 'search_classes', arguments: { query: 'yoga' } });
    await apm.flush();
    const call = spanNamed('tools/call search_classes');
    expect(call).toMatchObject({ traceId: traceparent.slice(3, 35), parentSpanId: traceparent.slice(36, 52) });
    expect(call?.attributes).toMatchObject({
      'mcp.session.id': 'session-1',
      'mcp.protocol.version': expect.stringMatching(/^20\d\d-/),
      'network.transport': 'tcp',
      'jsonrpc.request.id': expect.any(String),
    });
  });
});

describe('instrumentMCPServer, with something else', () => {
  it('leaves it alone, and counts it', () => {
    const before = diagnostics().internalErrors;
    const nothing = {};
    expect(instrumentMCPServer(nothing)).toBe(nothing);
    expect(diagnostics().internalErrors).toBe(before + 1);
  });
});
