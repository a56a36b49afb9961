/**
 * A host of MCP Apps as a page: it shows a widget in a frame, answers its handshake and tool calls and remembers what the
 * widget posted. Tools: `broken` answers a JSON-RPC error, `refused` a result with isError, others `{ echo: arguments }`.
 */
export function hostPage(widget: string, sandbox?: string): string {
  const frame = sandbox ? `frame.sandbox = ${JSON.stringify(sandbox)};` : '';
  return `
  <body><script>
    window.posted = [];
    const frame = document.createElement('iframe');
    ${frame}
    frame.srcdoc = ${JSON.stringify(widget).replace(/<\//g, '<\\/')};
    const post = (message) => frame.contentWindow.postMessage({ jsonrpc: '2.0', ...message }, '*');
    const results = {
      'ui/initialize': () => ({
        protocolVersion: '2026-01-26', hostInfo: { name: 'test', version: '1' }, hostCapabilities: { serverTools: {} },
        hostContext: { toolInfo: { id: 1, tool: { name: 'class-search', inputSchema: { type: 'object' } } } },
      }),
      'tools/call': ({ name, arguments: args }) =>
        ({ content: [{ type: 'text', text: 'é' }], structuredContent: { echo: args ?? null }, ...(name === 'refused' && { isError: true }) }),
    };
    window.silentTools = new Set();
    addEventListener('message', ({ source, data }) => {
      if (source !== frame.contentWindow) return;
      posted.push(data);
      const { id, method, params } = data;
      if (method === 'ui/notifications/initialized')
        post({ method: 'ui/notifications/tool-result', params: { content: [{ type: 'text', text: 'first' }] } });
      if (!method || id === undefined || silentTools.has(params?.name)) return;
      if (params?.name === 'broken') post({ id, error: { code: -32000, message: 'tool is broken' } });
      else if (results[method]) post({ id, result: results[method](params) });
      else post({ id, error: { code: -32601, message: 'unknown method' } });
    });
    window.teardown = () => post({ id: 'host-1', method: 'ui/resource-teardown', params: { reason: 'closed' } });
    document.body.append(frame);
  </script></body>`;
}

/** A widget that speaks the protocol by hand, as the documentation's samples do. Its \`host\` takes the parent late or, if told, early. */
export const rawWidget = `
  <script>
    let nextId = 0;
    const waiting = new Map();
    function request(method, params) {
      return new Promise((resolve, reject) => {
        waiting.set(++nextId, { resolve, reject });
        window.parent.postMessage({ jsonrpc: '2.0', id: nextId, method, params }, '*');
      });
    }
    window.heard = [];
    addEventListener('message', (event) => {
      if (event.source !== window.parent) return;
      const { id, method, result, error } = event.data;
      heard.push(method ?? id);
      if (method || !waiting.has(id)) return;
      if (error) waiting.get(id).reject(error);
      else waiting.get(id).resolve(result);
    });
    async function start() {
      await request('ui/initialize', { protocolVersion: '2026-01-26', appInfo: { name: 'raw', version: '1' }, appCapabilities: {} });
      window.parent.postMessage({ jsonrpc: '2.0', method: 'ui/notifications/initialized' }, '*');
    }
    const call = (name, args) => request('tools/call', { name, arguments: args });
  </script>`;
