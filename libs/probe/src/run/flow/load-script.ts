import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, resolve } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { RunTrouble } from '../run-trouble.ts';

/** As Lighthouse CI calls it: https://github.com/GoogleChrome/lighthouse-ci/blob/main/docs/configuration.md#puppeteerscript */
export type BrowserScript<Context> = (browser: Browser, context: Context) => unknown;

interface CommonJsModule extends Module {
  _compile(source: string, file: string): unknown;
}

/** A CommonJS script whatever the package around it says of its `.js` files. Throws RunTrouble where there is none. */
export function loadScript<Context>(path: string): BrowserScript<Context> {
  const file = resolve(path);
  const script = new Module(file) as CommonJsModule;
  script.filename = file;
  script.paths = (Module as unknown as { _nodeModulePaths(folder: string): string[] })._nodeModulePaths(dirname(file));
  try {
    script._compile(readFileSync(file, 'utf8'), file);
  } catch (error) {
    throw new RunTrouble('script', `the script ${file} cannot be loaded: ${(error as Error).message}`, { cause: error });
  }
  if (typeof script.exports !== 'function')
    throw new RunTrouble(
      'script',
      `the script ${file} exports no function: it must say module.exports = async (browser, context) => {...}`,
    );
  return script.exports as BrowserScript<Context>;
}
