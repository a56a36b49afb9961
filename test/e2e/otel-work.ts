/** Spans of the app in `otel-client.ts` beside the three that are looked at one by one: more than its SDK sends at a time. */
export const workSpans = 1_200;
