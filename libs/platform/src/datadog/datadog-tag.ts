/** In UTF-16 units, of which no character has fewer: https://docs.datadoghq.com/getting_started/tagging/#define-tags */
const longestTag = 200;

/**
 * `name:value` as Datadog keeps it, or nothing where nothing of the value is left. Datadog would replace such characters itself, and cut at 200;
 * a tag ends neither with a colon nor with what was replaced.
 */
export function datadogTag(name: string, value: string): string[] {
  const replaced = `${name}:${value}`.toLowerCase().replaceAll(/[^\p{L}\p{N}_\-:./]+/gu, '_');
  const clean = replaced
    .slice(0, longestTag)
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/[_:]+$/u, '');
  return clean.includes(':') ? [clean] : [];
}
