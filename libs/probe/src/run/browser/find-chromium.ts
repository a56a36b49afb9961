import { accessSync, constants } from 'node:fs';

const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** There is no browser to run pages in. */
export class ChromiumMissing extends Error {
  override readonly name = 'ChromiumMissing';
}

/** Path of the browser: the one that is configured, else the first that is installed. Throws ChromiumMissing, which says what to install. */
export function findChromium(configured?: string, paths: readonly string[] = usualPaths): string {
  const found = (configured === undefined ? paths : [configured]).find(isExecutable);
  if (found !== undefined) return found;
  const looked = configured === undefined ? `in ${paths.join(', ')}` : `at ${configured}, as configured`;
  throw new ChromiumMissing(
    `no Chromium was found ${looked}: apt-get install chromium, install Google Chrome, or configure the path of one`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
