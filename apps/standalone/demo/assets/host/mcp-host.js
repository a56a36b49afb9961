import { callTool } from './tool-endpoint.js';

const hostInfo = { name: 'beaconhouse-demo', version: '1.0.0' };
/** A widget that does not answer a teardown is removed all the same. */
const teardownPatienceMs = 1_000;

const code = { methodNotFound: -32601, internal: -32603 };

/**
 * The host's side of the MCP Apps bridge for one widget: answers its requests, runs the tool that opened it, and passes on
 * its size. `trace(direction, message)` sees everything that is said. Give it one window for as long as that is shown.
 */
export function serveWidget({ view, sample, theme, onSize = () => {}, trace = () => {} }) {
  const asked = new Map();
  let context = { theme, locale: navigator.language, displayMode: 'inline', platform: 'web', toolInfo: { tool: { name: sample.tool } } };
  // A sandboxed widget has the origin `null`, which cannot be named as a target.
  const post = (message) => {
    trace('host', message);
    view.postMessage({ jsonrpc: '2.0', ...message }, '*');
  };
  const notify = (method, params) => post({ method: `ui/notifications/${method}`, params });
  const requests = requestsOf(() => context);
  const notifications = {
    'ui/notifications/initialized': () => runOpeningTool(sample, notify),
    'ui/notifications/size-changed': ({ height }) => onSize(height),
  };
  const receive = ({ source, data }) => {
    // Our own requests come back where host and widget share a window.
    if (source !== view || data?.jsonrpc !== '2.0' || (data.method && String(data.id).startsWith('host-'))) return;
    trace('widget', data);
    if (data.method === undefined) asked.get(data.id)?.();
    else if (data.id === undefined) notifications[data.method]?.(data.params ?? {});
    else answer(requests[data.method], data, post);
  };
  window.addEventListener('message', receive);
  return {
    setTheme(next) {
      context = { ...context, theme: next };
      notify('host-context-changed', { theme: next });
    },
    /** Asks the widget to finish, waits for its answer, and stops listening. */
    async close(reason) {
      const id = `host-${crypto.randomUUID()}`;
      const answered = new Promise((resolve) => asked.set(id, resolve));
      post({ id, method: 'ui/resource-teardown', params: { reason } });
      await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, teardownPatienceMs))]);
      window.removeEventListener('message', receive);
    },
  };
}

const requestsOf = (context) => ({
  'ui/initialize': ({ protocolVersion }) => ({
    protocolVersion,
    hostInfo,
    hostCapabilities: { serverTools: {}, openLinks: {} },
    hostContext: context(),
  }),
  'tools/call': ({ name, arguments: args, _meta }) => callTool(name, args, _meta),
  'ui/open-link': ({ url }) => {
    if (/^https?:/i.test(url)) window.open(url, '_blank', 'noopener');
    return {};
  },
  'ui/message': () => ({}),
  'ui/update-model-context': () => ({}),
  'ui/request-display-mode': () => ({ mode: 'inline' }),
  ping: () => ({}),
});

async function answer(handler, { id, method, params }, post) {
  if (!handler) return post({ id, error: { code: code.methodNotFound, message: `${method} is not known here` } });
  try {
    post({ id, result: await handler(params ?? {}) });
  } catch (error) {
    post({ id, error: { code: code.internal, message: error.message } });
  }
}

async function runOpeningTool({ tool, arguments: args }, notify) {
  notify('tool-input', { arguments: args });
  try {
    notify('tool-result', await callTool(tool, args));
  } catch (error) {
    notify('tool-cancelled', { reason: error.message });
  }
}
