import { serveWidget } from '../host/mcp-host.js';
import { sampleWidgets } from '../host/sample-widgets.js';
import { callTool } from '../host/tool-endpoint.js';

const stateKey = 'beaconhouse-demo-widget-state';

function readState() {
  try {
    return JSON.parse(sessionStorage.getItem(stateKey));
  } catch {
    return null;
  }
}

function keepState(state) {
  try {
    sessionStorage.setItem(stateKey, JSON.stringify(state));
  } catch {
    // A page without storage keeps its state until it is closed.
  }
}

const systemTheme = () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

/**
 * A host for a widget that stands alone, in the same window: it answers MCP Apps messages, and with `withOpenAI` offers
 * `window.openai` as ChatGPT does. Tool calls go to the real endpoint.
 */
export function startSimulatedHost(widget, withOpenAI) {
  const sample = sampleWidgets[widget];
  if (!withOpenAI) return serveWidget({ view: window, sample, theme: systemTheme() });
  const openai = openAIOf(sample);
  window.openai = openai;
  callTool(sample.tool, sample.arguments).then(
    (result) => change(openai, { toolOutput: result.structuredContent ?? { text: result.content[0].text } }),
    (error) => change(openai, { toolOutput: { text: error.message } }),
  );
}

function change(openai, globals) {
  Object.assign(openai, globals);
  window.dispatchEvent(new CustomEvent('openai:set_globals', { detail: { globals } }));
}

function openAIOf(sample) {
  const openai = {
    theme: systemTheme(),
    locale: navigator.language,
    displayMode: 'inline',
    maxHeight: window.innerHeight,
    safeArea: { insets: { top: 0, bottom: 0, left: 0, right: 0 } },
    userAgent: { device: { type: 'desktop' }, capabilities: { hover: true, touch: false } },
    toolInput: sample.arguments,
    toolOutput: null,
    toolResponseMetadata: null,
    widgetState: readState(),
    callTool: (name, { _meta, ...args } = {}) => callTool(name, args, _meta),
    requestDisplayMode: async () => ({ mode: 'inline' }),
    sendFollowUpMessage: async () => {},
    openExternal: ({ href }) => window.open(href, '_blank', 'noopener'),
  };
  openai.setWidgetState = async (widgetState) => {
    keepState(widgetState);
    change(openai, { widgetState });
  };
  return openai;
}
