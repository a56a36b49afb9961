import { showTheme } from '../shared/theme.js';

/** ChatGPT's bridge. The output of the tool that opened the widget is there already or comes with an event. */
export function openOpenAIBridge(openai, onResult) {
  let seen = null;
  const look = () => {
    showTheme(openai.theme);
    if (openai.toolOutput === null || openai.toolOutput === seen) return;
    seen = openai.toolOutput;
    onResult({ structuredContent: seen });
  };
  window.addEventListener('openai:set_globals', look);
  look();
  return { callTool: (name, args) => window.openai.callTool(name, args) };
}
