import { randomFillSync } from 'node:crypto';

/** Random bytes are fetched for many ids at once. */
const pool = Buffer.allocUnsafe(4_096);
let used = pool.length;

/** So many random bytes in hex, never all zero, which W3C forbids. */
function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const hex = pool.toString('hex', used, used + bytes);
  used += bytes;
  return /[^0]/.test(hex) ? hex : randomHex(bytes);
}

export const newTraceId = () => randomHex(16);
export const newSpanId = () => randomHex(8);
