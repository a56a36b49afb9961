import { instrument } from './call-tool.ts';
import type { OpenAIBridge } from './openai-bridge.ts';
import { firstWidgetResult, hostReady } from './widget.ts';

/** `window.openai` is there: its calls are measured, and it may already hold the result that opened the widget. */
export function meetBridge(bridge: OpenAIBridge): void {
  hostReady();
  if (bridge.toolOutput != null) firstWidgetResult();
  instrument(bridge);
}
