import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes the secret that lets the house's own processes write over the SQL port, new at every start, and leaves it in
 * `engine.secret` of the data folder, readable by its owner only.
 */
export async function makeWriterSecret(dataDir: string): Promise<string> {
  const secret = randomBytes(32).toString('hex');
  const path = join(dataDir, 'engine.secret');
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(`${secret}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  return secret;
}

/** Compares in a time that tells neither the content nor the length. */
export function sameSecret(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
