import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildBrowserSdk } from '../build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** A script as an app's own bundler makes it of the published entry and Datadog's packages. */
export async function bundleDatadogApp(code: string): Promise<string> {
  await buildBrowserSdk();
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root, loader: 'js' },
    ...{ bundle: true, write: false, format: 'iife', target: 'es2022', platform: 'browser', logLevel: 'error', tsconfigRaw: {} },
  });
  return outputFiles[0]!.text;
}
