// Run by dd-trace.e2e.ts: an application with dd-trace as people write it, once around, then it ends in order.
'use strict';
const tracer = require('dd-trace').init({ flushInterval: 200, runtimeMetrics: true, startupLogs: false });
const http = require('node:http');

const shop = http.createServer((request, response) => {
  // What the tracer sent downstream: the id that other services know the trace by.
  response.end(JSON.stringify({ traceparent: request.headers.traceparent ?? null }));
});

async function main() {
  await new Promise((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${shop.address().port}/classes/17?token=secret-token-of-ann`;
  const traceparent = await tracer.trace('mcp.tool', { resource: 'search_classes', type: 'mcp' }, async (span) => {
    span.setTag('mcp.tool.name', 'search_classes');
    span.setTag('mcp.tool.params', '{"query":"ann@example.com"}');
    span.setTag('mcp.tool.response_size', 512);
    const body = await new Promise((resolve) => http.get(url, (answer) => answer.on('data', (piece) => resolve(String(piece)))));
    return JSON.parse(body).traceparent;
  });
  await tracer
    .trace('mcp.tool', { resource: 'book_class' }, async (span) => {
      span.setTag('mcp.tool.name', 'book_class');
      throw new TypeError('no place left');
    })
    .catch(() => undefined);
  process.stdout.write(`${JSON.stringify({ traceparent })}\n`);
  // Runtime metrics are sent every ten seconds.
  await new Promise((resolve) => setTimeout(resolve, Number(process.argv[2] ?? 1_500)));
  process.exit(0);
}
main();
