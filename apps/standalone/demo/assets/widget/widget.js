// First, so that the monitor sees everything that follows.
import './rum.js';
import { nextFault } from './faults.js';
import { openMessageBridge } from './message-bridge.js';
import { openOpenAIBridge } from './openai-bridge.js';
import { say } from './render.js';
import { startSimulatedHost } from './simulated-host.js';

// As it was before the monitor put its own stand-in for `window.parent` in place.
const framed = document.documentElement.classList.contains('framed');

/** Alone, a widget brings its host along; `?bridge=mcp` gives that host no `window.openai`. */
function connect(onResult) {
  if (!framed) startSimulatedHost(document.body.dataset.widget, new URLSearchParams(location.search).get('bridge') !== 'mcp');
  return window.openai ? openOpenAIBridge(window.openai, onResult) : openMessageBridge(onResult);
}

/** `onResult` gets what the tool that opened the widget answered. */
export function openWidget(onResult) {
  const bridge = Promise.resolve(connect(onResult));
  return { call: (name, args, about) => call(bridge, name, args, about) };
}

/** Calls a tool and tells how it goes: the answer's content, or null when it failed, either way. */
async function call(bridge, name, args, about) {
  const simulate = nextFault();
  say(`${about}…`, 'busy');
  try {
    const { callTool } = await bridge;
    const result = await callTool(name, simulate ? { ...args, simulate } : args);
    if (!result.isError) return result.structuredContent;
    say(result.content[0].text, 'failed');
  } catch (error) {
    say(`That did not work: ${error.message}. Please try again.`, 'failed');
  }
  return null;
}
