import { createHmac } from 'node:crypto';

/** Of one secret: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme */
const secretBytes = { fewest: 24, most: 64 } as const;

/** `whsec_` and base64; several, separated by spaces. Throws without saying them. */
export function readSecrets(text: string): Buffer[] {
  const secrets = text.split(/\s+/).filter(Boolean).map(readSecret);
  if (secrets.length === 0) throw new Error('it has no secret');
  return secrets;
}

function readSecret(text: string): Buffer {
  const base64 = text.replace(/^whsec_/, '');
  const secret = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : Buffer.alloc(0);
  if (secret.length < secretBytes.fewest || secret.length > secretBytes.most) {
    throw new Error(`a secret of it is not whsec_ and base64 of ${secretBytes.fewest} to ${secretBytes.most} bytes`);
  }
  return secret;
}

/** One signature for each secret, so that a receiver may know the new one or still the old one. `timestamp`: seconds since 1970. */
export function signatureOf(secrets: readonly Buffer[], id: string, timestamp: number, body: Uint8Array): string {
  const sign = (secret: Buffer) => createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return secrets.map((secret) => `v1,${sign(secret)}`).join(' ');
}
