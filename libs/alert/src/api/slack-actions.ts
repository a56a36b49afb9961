import type { IncomingHttpHeaders } from 'node:http';
import type { OccurParts } from '../incidents/occur.ts';

/** What a click in Slack does, and what Slack is answered. */
export interface SlackAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** Believes a request by its signature alone: over the body byte by byte, and over its time. */
export type SlackActions = (rawBody: Buffer, headers: IncomingHttpHeaders, now: number, parts: OccurParts) => Promise<SlackAnswer>;
