import type { ProjectConfig } from '#contracts';

const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const number = /^\d+$/;
const hexWithDigit = /^(?=[a-f]*\d)[0-9a-f]{8,}$/i;
const tokenWithDigit = /^(?=[^\d]*\d)[A-Za-z0-9_-]{16,}$/;
const prefixedId = /^[A-Za-z]{1,12}[-_](?=[a-z]*\d)[0-9a-f]{4,}$/i;
const maxSegments = 12;

/** The path of an address or path, with the project's own names first and ids as `:id` otherwise. */
export function routeOf(addressOrPath: string, patterns: ProjectConfig['routes']): string {
  const path = pathOf(addressOrPath);
  const named = patterns.find(({ match }) => matchesPattern(path, match));
  if (named) return named.name;
  if (!path.startsWith('/')) return isId(path) ? ':id' : path.slice(0, 200).toWellFormed();
  const segments = path.split('/').map((segment) => (isId(segment) ? ':id' : segment));
  const shown = segments.length > maxSegments ? [...segments.slice(0, maxSegments), '…'] : segments;
  return shown.join('/').slice(0, 200).toWellFormed();
}

function pathOf(addressOrPath: string): string {
  const withoutQuery = addressOrPath.split(/[?#]/, 1)[0]!;
  const schemeEnd = withoutQuery.indexOf('://');
  if (schemeEnd < 0) return withoutQuery;
  const slash = withoutQuery.indexOf('/', schemeEnd + 3);
  return slash < 0 ? '/' : withoutQuery.slice(slash);
}

function isId(segment: string): boolean {
  const found = [number, uuid, hexWithDigit, tokenWithDigit, prefixedId].some((id) => id.test(segment));
  return found || segment.startsWith('[');
}

/** `*` is one segment, a last `**` the rest. */
function matchesPattern(path: string, pattern: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  const open = wanted.at(-1) === '**';
  if (open ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((part, i) => part === '**' || part === '*' || part === given[i]);
}
