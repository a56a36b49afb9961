import { debug, guarded } from './browser/diagnostics.ts';
import { running } from './config.ts';
import type { Capture } from './metric.ts';
import { drop, holds, put } from './transport/outbox.ts';

/** Who measures, and the name of the page, view or widget if it has one; a capture may know better. */
export interface Identity {
  appId?: string | undefined;
  environment?: string | undefined;
  release?: string | undefined;
  sessionId?: string | undefined;
  userId?: string | undefined;
  route?: string | undefined;
  userAgent?: string;
  connection?: NetworkInformation;
}

interface NetworkInformation {
  effectiveType?: string | undefined;
  downlink?: number | undefined;
  rtt?: number | undefined;
}

/** Captures of one name recorded at most in `burstInterval` ms, where a page could make any number. */
const burst = 10;
const burstInterval = 30_000;

/** What all metrics have in common until it changes; a new object then. */
export let identity: Identity;
/** The first name the page had. Vitals are reported when it is left, and belong where it was loaded. */
export let landingRoute: string | undefined;
let spent: Record<string, number> = {};
let spentSince = 0;

/** The network is read once and not for each metric: it belongs to the page. */
export function openRecorder(next: Identity): void {
  const { effectiveType, downlink, rtt } = (navigator as { connection?: NetworkInformation }).connection ?? {};
  identity = { ...next, userAgent: navigator.userAgent, connection: { effectiveType, downlink, rtt } };
  landingRoute = next.route;
}

export function identify(change: Identity): void {
  identity = { ...identity, ...change };
}

/** Names the page, view or widget from now on; undefined goes back to its address. */
export function setRoute(route: string | undefined): void {
  if (route !== identity.route) identity = { ...identity, route };
  landingRoute ??= route;
}

/**
 * Adds to a capture who measured it, where and when, and queues it. A later one with the same key replaces one that has
 * not left yet. The address is read now and the history not wrapped: the page may change it at any time.
 */
export const record = guarded((capture: Capture, key?: string): void => {
  if (!running) return;
  // A widget's document has no address of its own: `about:srcdoc`.
  capture.url = (capture.url ?? location.href).match(/^http[^?#]*/)?.[0];
  capture.timestamp = Date.now();
  debug('capture', capture);
  put(capture, key, identity);
});

/** Records what a page could make any number of; what is too much is counted as dropped. */
export function recordBounded(capture: Capture, key?: string): void {
  const { name } = capture;
  const now = Date.now();
  if (now - spentSince > burstInterval) {
    spentSince = now;
    spent = {};
  }
  spent[name] ??= 0;
  if (holds(key) || spent[name]++ < burst) record(capture, key);
  else drop(1);
}
