import { createHash, timingSafeEqual } from 'node:crypto';
import { beaconLimits, type ConfigFile, type KeyConfig, type ProjectConfig } from '#contracts';
import { type Refusal, refuse } from './arrival.ts';

/** What a key, or the lack of one, allows. Tenant and limits come from here, never from the body. */
export interface Access {
  readonly project: ProjectConfig;
  readonly keyId: string;
  readonly origins: readonly string[];
  /** Empty: any. */
  readonly environments: readonly string[];
  readonly bodyBytes: number;
  readonly eventsPerSecond: number;
  readonly burst: number;
}

interface KnownKey {
  readonly digest: Buffer;
  readonly config: KeyConfig;
  readonly project: ProjectConfig;
}

const digestOf = (secret: string) => createHash('sha256').update(secret).digest();

/** Finds the project behind a key. Every known key is compared, in constant time, so that timing tells nothing. */
export class KeyRing {
  readonly #keys: readonly KnownKey[];
  readonly #open: Access | undefined;
  readonly #projects: readonly ProjectConfig[];

  constructor(config: ConfigFile) {
    this.#projects = config.projects;
    this.#keys = config.projects.flatMap((project) =>
      project.keys.map((key) => ({
        project,
        config: key,
        digest: key.keySha256 ? Buffer.from(key.keySha256, 'hex') : digestOf(key.key ?? ''),
      })),
    );
    const open = config.projects.find((project) => project.open);
    this.#open = open && openAccess(open);
  }

  /** Of a protocol that has no place for a key, where the configuration says whose it is. */
  withoutKey(project: string): Access | Refusal {
    const named = this.#projects.find(({ id }) => id === project);
    return named ? openAccess(named) : refuse('key_missing', `there is no project ${project}`, 'key');
  }

  /** Whether any key may be used from there: a browser asks before it shows a key that stands in a header. */
  allowsOrigin(origin: string): boolean {
    const open = this.#open !== undefined && originAllowed(origin, this.#open.origins);
    return open || this.#keys.some(({ config }) => !config.revoked && originAllowed(origin, config.origins));
  }

  find(secret: string | undefined): Access | Refusal {
    if (secret === undefined || secret === '') {
      return this.#open ?? refuse('key_missing', 'a project key is needed: ?key=... or the header X-Beaconhouse-Key', 'key');
    }
    const digest = digestOf(secret);
    const [known] = this.#keys.filter((key) => timingSafeEqual(key.digest, digest));
    if (!known) return refuse('key_unknown', 'this key belongs to no project', 'key');
    return known.config.revoked ? refuse('key_revoked', `key ${known.config.id} was revoked`, 'key') : keyAccess(known);
  }
}

function openAccess(project: ProjectConfig): Access {
  const { origins, eventsPerSecond, burst } = project;
  return { project, keyId: 'open', origins, environments: [], bodyBytes: beaconLimits.bodyBytes, eventsPerSecond, burst };
}

function keyAccess({ config, project }: KnownKey): Access {
  const { id, kind, origins, environments, eventsPerSecond, burst } = config;
  const bodyBytes = kind === 'server' ? beaconLimits.serverBodyBytes : beaconLimits.bodyBytes;
  return { project, keyId: id, origins, environments, bodyBytes, eventsPerSecond, burst };
}

/** `*` is any origin, `https://*.example.com` one label below, otherwise the exact origin (`null` for sandboxed frames). */
export function originAllowed(origin: string, allowed: readonly string[]): boolean {
  return allowed.some((pattern) => pattern === '*' || pattern === origin || matchesWildcard(origin, pattern));
}

function matchesWildcard(origin: string, pattern: string): boolean {
  const star = pattern.indexOf('*.');
  if (star < 0) return false;
  const [scheme, parent] = [pattern.slice(0, star), pattern.slice(star + 1)];
  if (!origin.startsWith(scheme) || !origin.endsWith(parent)) return false;
  const label = origin.slice(scheme.length, origin.length - parent.length);
  return /^[a-z0-9-]+$/i.test(label);
}
