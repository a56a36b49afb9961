export type Rating = 'good' | 'needs-improvement' | 'poor' | 'unknown';

/** Attribute values are text, numbers and truth values; text is cut at 2,048 characters. */
export type Attributes = Record<string, string | number | boolean>;

export interface WidgetContext {
  toolName?: string;
  /** Milliseconds. */
  renderTime?: number;
  /** An estimate of the result's tokens: bytes / 4. */
  tokenCount?: number;
  /** Length of the result's JSON in UTF-8. */
  responseBytes?: number;
  widgetSessionId?: string;
}

/** What a collector found, before the monitor adds who measured it and when. */
export interface Capture {
  name: string;
  value: number;
  rating?: Rating | undefined;
  delta?: number;
  id?: string;
  navigationType?: string;
  route?: string | undefined;
  url?: string | undefined;
  traceId?: string;
  spanId?: string;
  widgetContext?: WidgetContext;
  attribution?: Attributes;
  attributes?: Attributes;
}

/** Queues a capture. A later capture with the same key replaces one that has not left yet. */
export type Record_ = (capture: Capture, key?: string) => void;

/** Both bounds belong to the better side, as in web-vitals. */
export const rate = (value: number, good: number, poor: number): Rating =>
  value <= good ? 'good' : value <= poor ? 'needs-improvement' : 'poor';
