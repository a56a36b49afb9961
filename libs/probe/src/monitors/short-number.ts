import { createHash } from 'node:crypto';

/** The same number for the same text, evenly spread below 2^32. */
export const shortNumber = (text: string) => createHash('sha256').update(text).digest().readUInt32BE(0);
