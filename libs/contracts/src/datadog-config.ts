import { z } from 'zod';

/** What Datadog is told beside findings, which it is told wherever its key is set. */
export const datadogSchema = z.strictObject({
  series: z
    .boolean()
    .default(false)
    .describe('What was measured in each minute becomes series in Datadog, by app and environment. Needs DATADOG_API_KEY.'),
  projects: z.array(z.string().max(63)).max(1_000).default([]).describe('Projects whose series are sent; empty: all.'),
  metrics: z
    .array(z.string().min(1).max(64))
    .max(200)
    .default([])
    .describe('Names of own metrics that are sent too. Those that Beaconhouse knows always are; each is billed there.'),
  tags: z
    .array(z.string().regex(/^[a-z][a-z0-9_\-./]{0,99}:[a-z0-9_\-./:]{1,99}$/, 'is name:value in lower case'))
    .max(20)
    .default([])
    .describe('Added to every series, such as team:web.'),
});
export type DatadogConfig = z.output<typeof datadogSchema>;
