import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { LhciProject } from '../lhci-project.ts';

/** Shown once, when the project is made. */
export const newBuildToken = (): string => randomUUID();

/** 40 letters and digits, 238 bits. */
export const newAdminToken = (): string =>
  randomBytes(30)
    .toString('base64')
    .replaceAll(/[^a-z0-9]/gi, 'l');

/** As it is stored. Tokens are random: there is nothing to guess, and so no need for a slow hash. */
export const buildTokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** As it is stored, by Lighthouse CI too. */
export const adminTokenHash = (projectId: string, token: string): string => createHmac('sha256', projectId).update(token).digest('hex');

export const isBuildToken = ({ buildTokenSha256 }: LhciProject, token: string) => same(buildTokenHash(token), buildTokenSha256);

export const isAdminToken = ({ id, adminTokenHmac }: LhciProject, token: string) => same(adminTokenHash(id, token), adminTokenHmac);

/** In a time that does not tell how much is right. */
function same(given: string, stored: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(stored)];
  return left.length === right.length && timingSafeEqual(left, right);
}
