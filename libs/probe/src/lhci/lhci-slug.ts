import { randomBytes } from 'node:crypto';

const length = 40;

/** A project's name as it stands in addresses. */
export function lhciSlug(name: string): string {
  return name
    .toLowerCase()
    .trim()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .slice(0, length);
}

/** The same with a tail that nobody else has. */
export function otherSlug(slug: string): string {
  const tail = randomBytes(4).toString('hex');
  return `${slug.slice(0, length - tail.length - 1)}-${tail}`;
}
