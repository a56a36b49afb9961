import { guarded } from '../browser/diagnostics.ts';
import { listen, onDestroy } from '../browser/watch.ts';

/** The part of ChatGPT's bridge that is read here; everything else is the app's. */
export interface OpenAIBridge {
  callTool?: (name: string, args: unknown) => Promise<{ isError?: unknown } | undefined>;
  toolOutput?: unknown;
  toolResponseMetadata?: { 'openai/widgetSessionId'?: string } | null;
}

/** Pauses between looks for the bridge, in ms: short at first, because a widget's first call comes early. */
const shortestPause = 20;
const longestPause = 1_000;

export const openaiBridge = (): OpenAIBridge | undefined => (window as { openai?: OpenAIBridge }).openai;

/**
 * Calls `onBridge` for the bridge that is there, for one that appears later, and again at each look: hosts replace it.
 * It is looked for and not trapped by a property of ours, which would make `'openai' in window` true before it exists.
 */
export function watchOpenAI(onBridge: (bridge: OpenAIBridge) => void): void {
  let timer: ReturnType<typeof setTimeout>;
  const look = guarded(() => {
    const bridge = openaiBridge();
    if (bridge) onBridge(bridge);
  });
  const lookOn = (pause: number) => {
    look();
    timer = setTimeout(lookOn, pause, Math.min(longestPause, pause * 1.1));
  };
  lookOn(shortestPause);
  listen('openai:set_globals', look);
  onDestroy(() => clearTimeout(timer));
}
