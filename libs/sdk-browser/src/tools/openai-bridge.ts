import { guarded } from '../browser/diagnostics.ts';
import { listen, type Stop } from '../browser/listen.ts';

/** The part of ChatGPT's bridge that is read here; everything else is the app's. */
export interface OpenAIBridge {
  callTool?: (name: string, args: unknown) => Promise<unknown>;
  toolOutput?: unknown;
  toolResponseMetadata?: Record<string, unknown> | null;
}

/** Pauses between looks for the bridge, in ms: short at first, because a widget's first call comes early. */
const shortestPause = 20;
const longestPause = 1_000;

export const openaiBridge = (): OpenAIBridge | undefined => (window as { openai?: OpenAIBridge }).openai;

/**
 * Calls `onBridge` for the bridge that is there, for one that appears later, and again at each look: hosts replace it.
 * It is looked for and not trapped by a property of ours, which would make `'openai' in window` true before it exists.
 */
export function watchOpenAI(onBridge: (bridge: OpenAIBridge) => void): Stop {
  let pause = shortestPause;
  let timer: ReturnType<typeof setTimeout>;
  const look = guarded(() => {
    const bridge = openaiBridge();
    if (bridge) onBridge(bridge);
  });
  const lookOn = () => {
    look();
    pause = Math.min(longestPause, pause * 1.1);
    timer = setTimeout(lookOn, pause);
  };
  lookOn();
  const stopListening = listen(window, 'openai:set_globals', look);
  return () => {
    clearTimeout(timer);
    stopListening();
  };
}
