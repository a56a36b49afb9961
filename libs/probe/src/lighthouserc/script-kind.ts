/**
 * What a puppeteer script is for: `setup` of the browser, or a user flow that begins on one of the addresses: the one whose path it names, else the
 * first. A flow is told by the timespans or snapshots that it takes.
 */
export function scriptKind(script: string, urls: readonly string[]): 'setup' | { readonly url: string } {
  if (!/\b(?:startTimespan|endTimespan)\b|\bsnapshot\s*\(\s*\{/.test(script)) return 'setup';
  const named = urls.find((url) => URL.canParse(url) && namesPath(script, new URL(url).pathname));
  return { url: named ?? urls[0] ?? '/' };
}

const namesPath = (script: string, path: string) => path !== '/' && script.includes(path);
