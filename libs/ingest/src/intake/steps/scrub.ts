import { type Draft, noteAdjusted } from '../draft.ts';
import { scrubText } from '../scrub-text.ts';
import { remembering } from './remembering.ts';

/** Takes personal data and secrets out of every free text. */
export function scrub(draft: Draft): Draft {
  const keepQuery = new Set(draft.access.project.keepQuery);
  // JSON may hold half a surrogate pair; the engine refuses a row with one.
  const clean = (text: string) => scrubText(text.toWellFormed(), keepQuery);
  const cleanName = remembering(clean);
  for (const event of draft.events) {
    let changed = false;
    for (const field of ['name', 'route', 'tool', 'app', 'env', 'release'] as const) {
      const cleaned = cleanName(event[field]);
      changed ||= cleaned !== event[field];
      event[field] = cleaned;
    }
    for (const [name, value] of event.attributes) {
      if (!isFree(value)) continue;
      const text = String(value);
      const cleaned = clean(text);
      if (cleaned === text) continue;
      changed = true;
      event.attributes.set(name, cleaned);
    }
    if (changed) noteAdjusted(draft, 'text_scrubbed');
  }
  return draft;
}

/** Payment cards have 13 digits and more, and may be sent as numbers. */
const isFree = (value: string | number | boolean) => typeof value === 'string' || Math.abs(Number(value)) >= 1e12;
