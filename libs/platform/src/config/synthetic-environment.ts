import { z } from 'zod';

/** Who audits pages, with which browser. */
export const syntheticVariables = {
  BEACONHOUSE_CHROMIUM: z
    .string()
    .min(1)
    .optional()
    .describe('Path of Chromium or Chrome for audits. Absent: looked for in the usual places.'),
  BEACONHOUSE_CHROMIUM_SANDBOX: z
    .enum(['true', 'false'])
    .default('true')
    .describe(
      "`false` runs the browser of audits without its sandbox: needed as root in a container, and only for pages that are one's own.",
    ),
  BEACONHOUSE_LOCATION: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .default('default')
    .describe('Monitors of this location are visited by this process.'),
  BEACONHOUSE_CRUX_API_KEY: z
    .string()
    .regex(/^[!-~]{1,200}$/)
    .optional()
    .describe("Key of the Chrome UX Report's API: what Chrome's users had stands beside audits. Absent: it does not."),
  BEACONHOUSE_CRUX_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://chromeuxreport.googleapis.com')
    .describe('Address of that API, or of a test server.'),
};
const syntheticSchema = z.object(syntheticVariables);

export interface SyntheticEnvironment {
  readonly chromium?: string;
  readonly sandbox: boolean;
  readonly location: string;
  readonly crux?: { readonly apiKey: string; readonly url: string };
  /** What stands for `${NAME}` in the headers and cookies of a monitor; undefined where it is empty or not set. */
  readonly monitorSecret: (name: string) => string | undefined;
}

/** In front of what monitors may name, so that none of them can send away a secret that is not meant for pages. */
const prefix = 'BEACONHOUSE_MONITOR_';

/** `given`: the variables as they are. */
export function syntheticEnvironment(
  env: z.infer<typeof syntheticSchema>,
  given: Readonly<Record<string, string | undefined>>,
): SyntheticEnvironment {
  const { BEACONHOUSE_CHROMIUM: chromium, BEACONHOUSE_CRUX_API_KEY: apiKey } = env;
  return {
    sandbox: env.BEACONHOUSE_CHROMIUM_SANDBOX === 'true',
    location: env.BEACONHOUSE_LOCATION,
    monitorSecret: (name) => given[`${prefix}${name}`],
    ...(chromium !== undefined && { chromium }),
    ...(apiKey !== undefined && { crux: { apiKey, url: env.BEACONHOUSE_CRUX_URL } }),
  };
}
