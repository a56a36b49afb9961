import { z } from 'zod';

const origin = z.string().max(256);

const keySchema = z.object({
  /** Shown in the ledger; never the secret. */
  id: z.string().min(1).max(64),
  /** A browser key is public: it can only append. */
  key: z.string().min(8).max(128).optional(),
  /** SHA-256 of a server key, hex. */
  keySha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  kind: z.enum(['browser', 'server']).default('browser'),
  /** `*` allows any; `https://*.example.com` any one subdomain; `null` is the origin of a sandboxed frame. */
  origins: z.array(origin).default(['*']),
  environments: z.array(z.string().max(64)).default([]),
  eventsPerSecond: z.number().positive().default(1_000),
  burst: z.number().positive().default(10_000),
  revoked: z.boolean().default(false),
});

const routePattern = z.object({
  /** `/orders/*` style: `*` is one segment, `**` the rest. */
  match: z.string().max(256),
  name: z.string().max(256),
});

const projectSchema = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  /** Takes beacons without a key. */
  open: z.boolean().default(false),
  keys: z.array(keySchema).default([]),
  routes: z.array(routePattern).default([]),
  /** Query parameters whose values may be kept in stored addresses. */
  keepQuery: z.array(z.string().max(64)).default([]),
  honourPrivacySignals: z.boolean().default(true),
  origins: z.array(origin).default(['*']),
  eventsPerSecond: z.number().positive().default(50_000),
  burst: z.number().positive().default(200_000),
});

/** `beaconhouse.yml`. Every field has a default: an empty file is the laptop's set-up. */
export const configFileSchema = z.strictObject({
  projects: z.array(projectSchema).default([{ ...projectSchema.parse({ id: 'default', open: true }) }]),
  retention: z
    .object({
      rawDays: z.number().int().positive().default(30),
      minuteDays: z.number().int().positive().default(90),
      hourDays: z.number().int().positive().default(400),
    })
    .default({ rawDays: 30, minuteDays: 90, hourDays: 400 }),
  limits: z
    .object({
      /** Distinct values a project may use in one dimension on one day; the rest becomes `__other__`. */
      valuesPerDimension: z.number().int().positive().default(1_000),
      connections: z.number().int().positive().default(2_000),
      connectionsPerAddress: z.number().int().positive().default(200),
      eventsPerSecond: z.number().positive().default(100_000),
      requestsPerSecondPerPrefix: z.number().positive().default(2_000),
    })
    .prefault({}),
  /** Proxies whose X-Forwarded-For is believed, as addresses or CIDR blocks. */
  trustedProxies: z.array(z.string()).default([]),
});
export type ConfigFile = z.infer<typeof configFileSchema>;
export type ProjectConfig = ConfigFile['projects'][number];
export type KeyConfig = ProjectConfig['keys'][number];
