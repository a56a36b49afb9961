import { z } from 'zod';

/** The longest are those of events, which a deploy is found by. */
const lengths = { app: 256, environment: 64, version: 128, author: 128, commit: 128, url: 2_000 } as const;
/** A name of one line: it stands in pages, messages and the subjects of mails. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u, 'has a control character');

/** A body of `POST /api/deploys` is small. */
export const deployBodyBytes = 16 * 1024;

export const deployBody = z
  .strictObject({
    app: line(lengths.app).optional().describe('Application, as its events name it; or service'),
    service: line(lengths.app).optional().describe('The same as app, for servers'),
    environment: line(lengths.environment).default('production').describe('production, staging, development'),
    version: line(lengths.version)
      .refine((version) => version !== 'unknown' && version !== '__other__', 'names no release')
      .describe('Release that went live, as its events name it'),
    time: z
      .union([z.number().int(), z.string().max(40)])
      .optional()
      .describe('When it went live: milliseconds since 1970 or ISO 8601 with a zone. Default: now'),
    url: z
      .string()
      .max(lengths.url)
      .refine(isPlainAddress, 'is no http or https address, or has a password')
      .optional()
      .describe('Link to the release or pipeline'),
    author: line(lengths.author).optional().describe('Who made it'),
    commit: line(lengths.commit).optional().describe('Commit'),
  })
  .refine(({ app, service }) => (app === undefined) !== (service === undefined), {
    path: ['app'],
    message: 'name the application: app or service, one of them',
  });
export type DeployBody = z.output<typeof deployBody>;

function isPlainAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
