import { showTheme } from '../shared/theme.js';

const app = { name: 'beaconhouse-sample-widget', version: '1.0.0' };
const waiting = new Map();
let lastId = 0;

// The host's origin is not known beforehand, and nothing secret is said.
const post = (message) => window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');

function request(method, params) {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    post({ id, method, params });
  });
}

function settle({ id, result, error }) {
  const call = waiting.get(id);
  waiting.delete(id);
  if (error) call?.reject(new Error(error.message));
  else call?.resolve(result);
}

/** The MCP Apps bridge: JSON-RPC 2.0 messages to and from the parent window. */
export async function openMessageBridge(onResult) {
  const handlers = {
    'ui/notifications/tool-result': (result) => onResult(result),
    'ui/notifications/host-context-changed': (context) => showTheme(context.theme),
    'ui/resource-teardown': (_, id) => post({ id, result: {} }),
  };
  window.addEventListener('message', ({ source, data }) => {
    if (source !== window.parent || data?.jsonrpc !== '2.0') return;
    if (data.method === undefined) settle(data);
    else handlers[data.method]?.(data.params ?? {}, data.id);
  });
  const { hostContext } = await request('ui/initialize', { protocolVersion: '2026-01-26', appInfo: app, appCapabilities: {} });
  showTheme(hostContext?.theme);
  post({ method: 'ui/notifications/initialized' });
  reportSize();
  return { callTool: (name, args) => request('tools/call', { name, arguments: args }) };
}

/** The host gives the frame the height its content asks for. */
function reportSize() {
  let told = 0;
  const send = () => {
    const { width, height } = document.body.getBoundingClientRect();
    if (told === Math.ceil(height)) return;
    told = Math.ceil(height);
    post({ method: 'ui/notifications/size-changed', params: { width: Math.ceil(width), height: told } });
  };
  new ResizeObserver(send).observe(document.body);
}
