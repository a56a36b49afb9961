import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, resolve } from 'node:path';
import type { Browser } from 'puppeteer-core';
import type { RunPlan } from '../run-plan.ts';
import { RunTrouble } from '../run-trouble.ts';
import type { FlowContext, ScriptContext } from './flow-recorder.ts';

/** As Lighthouse CI calls it: https://github.com/GoogleChrome/lighthouse-ci/blob/main/docs/configuration.md#puppeteerscript */
type BrowserScript<Context> = (browser: Browser, context: Context) => unknown;

interface CommonJsModule extends Module {
  _compile(source: string, file: string): unknown;
}

export interface LoadedScripts {
  readonly setup: BrowserScript<ScriptContext> | undefined;
  readonly flow: BrowserScript<FlowContext> | undefined;
}

/** Before a browser is started: what cannot be loaded is known then. */
export function loadScripts({ setup, flow }: Pick<RunPlan, 'setup' | 'flow'>): LoadedScripts {
  return { setup: setup === undefined ? undefined : loadScript(setup), flow: flow === undefined ? undefined : loadScript(flow) };
}

/** A CommonJS script whatever the package around it says of its `.js` files. Throws RunTrouble where there is none. */
function loadScript<Context>(path: string): BrowserScript<Context> {
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
