import { type Draft, type DraftEvent, noteAdjusted, type Source } from '../draft.ts';
import { isHarmless, scrubText } from '../scrub-text.ts';

/** Takes personal data and secrets out of every free text. */
export function scrub(draft: Draft): Draft {
  const clean = cleanerOf(draft.access.project.keepQuery);
  for (const source of draft.sources) source.scrubbed = scrubSource(source, clean);
  for (const event of draft.events) if (scrubEvent(event, clean) || event.source.scrubbed) noteAdjusted(draft, 'text_scrubbed');
  return draft;
}

export type Clean = (text: string) => string;

export function cleanerOf(keepQuery: readonly string[]): Clean {
  let kept: ReadonlySet<string> | undefined;
  return (text) => {
    if (isHarmless(text)) return text;
    kept ??= new Set(keepQuery);
    // JSON may hold half a surrogate pair; the engine refuses a row with one.
    return scrubText(text.toWellFormed(), kept);
  };
}

function scrubSource(source: Source, clean: Clean): boolean {
  const { app, env, release, route } = source;
  source.app = clean(app);
  source.env = clean(env);
  source.release = clean(release);
  source.route = clean(route);
  return source.app !== app || source.env !== env || source.release !== release || source.route !== route;
}

function scrubEvent(event: DraftEvent, clean: Clean): boolean {
  const { name, tool, attributes } = event;
  event.name = clean(name);
  event.tool = clean(tool);
  let changed = event.name !== name || event.tool !== tool;
  for (const key in attributes) {
    const value = attributes[key]!;
    if (!isFree(value)) continue;
    const text = String(value);
    const cleaned = clean(text);
    if (cleaned === text) continue;
    changed = true;
    attributes[key] = cleaned;
  }
  return changed;
}

/** Payment cards have 13 digits and more, and may be sent as numbers. */
const isFree = (value: string | number | boolean) => typeof value === 'string' || Math.abs(Number(value)) >= 1e12;
