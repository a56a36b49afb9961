import { z } from 'zod';

/** A regular expression in a configuration, as text. */
export const patternSchema = z.string({ error: 'must be a regular expression' }).refine(isPattern, 'must be a regular expression');

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
