import { type Draft, noteAdjusted } from '../draft.ts';
import { scrubText } from '../scrub-text.ts';

/** Takes personal data and secrets out of every free text. */
export function scrub(draft: Draft): Draft {
  const keepQuery = new Set(draft.access.project.keepQuery);
  for (const event of draft.events) {
    let changed = false;
    const clean = (text: string) => {
      // JSON may hold half a surrogate pair; the engine refuses a row with one.
      const cleaned = scrubText(text.toWellFormed(), keepQuery);
      if (cleaned !== text) changed = true;
      return cleaned;
    };
    for (const field of ['name', 'route', 'tool', 'app', 'env', 'release'] as const) event[field] = clean(event[field]);
    for (const [name, text] of event.attributes) event.attributes.set(name, clean(text));
    if (changed) noteAdjusted(draft, 'text_scrubbed');
  }
  return draft;
}
