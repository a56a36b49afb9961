export type Rating = 'good' | 'needs-improvement' | 'poor' | 'unknown';

/** Text is cut at 2,048 characters. */
export type Attributes = Record<string, string | number | boolean>;

interface WidgetContext {
  toolName?: string | undefined;
  /** Milliseconds. */
  renderTime?: number;
  /** An estimate of the result's tokens: bytes / 4. */
  tokenCount?: number | undefined;
  /** Length of the result's JSON in UTF-8. */
  responseBytes?: number | undefined;
  widgetSessionId?: string | undefined;
}

/** What a collector found, before the recorder adds who measured it and when. */
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
  attribution?: Attributes | undefined;
  attributes?: Attributes | undefined;
  /** Milliseconds since 1970; the recorder's. */
  timestamp?: number;
}

/** Both bounds belong to the better side, as in web-vitals. */
export const rate = (value: number, good: number, poor: number): Rating =>
  value <= good ? 'good' : value <= poor ? 'needs-improvement' : 'poor';
