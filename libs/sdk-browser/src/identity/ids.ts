/** Random hex digits. Without `crypto` good enough to tell beacons apart, which is all they are for. */
export function randomHex(digits: number): string {
  const bytes = new Uint8Array(digits / 2);
  try {
    crypto.getRandomValues(bytes);
  } catch {
    bytes.forEach((_, index) => {
      bytes[index] = Math.random() * 256;
    });
  }
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** RFC 9562: 48 bits of milliseconds, then random bits around version 7 and variant 8 to b. */
export function uuidV7(now: number): string {
  const random = randomHex(20);
  const variant = '89ab'[Number.parseInt(random[3] ?? '0', 16) & 3];
  const hex = `${now.toString(16).padStart(12, '0')}7${random.slice(0, 3)}${variant}${random.slice(4, 19)}`;
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
