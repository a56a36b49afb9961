// What the browser has to load: our SDK and its peers, each bundled by the same esbuild with a minimal start.
// Needs `npm install` in bench/peers once, for the peers. Sizes are bytes; gzip level 9, brotli quality 11.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { buildBrowserSdk } from '../libs/sdk-browser/build.mjs';

const here = import.meta.dirname;
const peersFolder = join(here, 'peers');
const ours = join(here, '../libs/sdk-browser');

/** All start real-user monitoring with vitals and errors. None records sessions. */
const peers = {
  'web-vitals': `import { onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals/attribution';
    for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) on((metric) => navigator.sendBeacon('/vitals', JSON.stringify(metric)));`,
  '@sentry/browser': `import { init, browserTracingIntegration } from '@sentry/browser';
    init({ dsn: 'https://key@o1.ingest.sentry.io/1', integrations: [browserTracingIntegration()], tracesSampleRate: 1 });`,
  '@datadog/browser-rum': `import { datadogRum } from '@datadog/browser-rum';
    datadogRum.init({ applicationId: 'a', clientToken: 'b', site: 'datadoghq.com', service: 'app', sessionReplaySampleRate: 0 });`,
  '@grafana/faro-web-sdk': `import { initializeFaro } from '@grafana/faro-web-sdk';
    initializeFaro({ url: 'https://collector.example.com/collect', app: { name: 'app' } });`,
  'posthog-js': `import posthog from 'posthog-js';
    posthog.init('key', { api_host: 'https://posthog.example.com', capture_performance: true, disable_session_recording: true });`,
  '@hyperdx/browser': `import HyperDX from '@hyperdx/browser';
    HyperDX.init({ apiKey: 'key', service: 'app', disableReplay: true });`,
};
const notes = {
  '@hyperdx/browser': 'published as one bundle: session replay is in it, though switched off',
  'web-vitals': 'vitals with attribution only: no sessions, batches, retries, errors',
  '@datadog/browser-rum': 'the part for session replay is loaded on demand and not counted',
  'posthog-js': 'vitals are measured by a script loaded at run time, not counted',
};

async function bundle(code, format) {
  const result = await build({
    stdin: { contents: code, resolveDir: peersFolder, loader: 'js' },
    bundle: true,
    minify: true,
    write: false,
    format,
    target: 'es2022',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    legalComments: 'none',
    logLevel: 'error',
    tsconfigRaw: {},
  });
  return Buffer.from(result.outputFiles[0].contents);
}

const measure = (bytes) => ({ plain: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length });

function row(name, version, esm, iife, note = '') {
  const [module, script] = [measure(esm), measure(iife)];
  return { name, version, script, module, note };
}

async function peerRow([name, code]) {
  const manifest = join(peersFolder, 'node_modules', name, 'package.json');
  if (!existsSync(manifest)) throw new Error(`${name} is missing: run "npm install --ignore-scripts" in bench/peers first`);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  return row(name, version, await bundle(code, 'esm'), await bundle(code, 'iife'), notes[name]);
}

await buildBrowserSdk();
const { version } = JSON.parse(readFileSync(join(ours, 'package.json'), 'utf8'));
const built = ['beaconhouse.js', 'beaconhouse.iife.js'].map((name) => readFileSync(join(ours, 'dist', name)));
const us = row('@beaconhouse/browser', version, built[0], built[1], 'everything on, as published');
const rows = [us, ...(await Promise.all(Object.entries(peers).map(peerRow)))].sort((a, b) => a.script.gzip - b.script.gzip);

process.stdout.write('\nSize of browser SDKs, bytes; goal: <= 8,192 gzip\n\n');
process.stdout.write('| SDK | version | script, minified | gzip | brotli | ES module gzip | brotli | gzip against ours | remark |\n');
process.stdout.write(`|${' --- |'.repeat(9)}\n`);
for (const { name, version, script, module, note } of rows) {
  const cells = [name, version, script.plain, script.gzip, script.brotli, module.gzip, module.brotli];
  process.stdout.write(`| ${[...cells, `${(script.gzip / us.script.gzip).toFixed(1)}x`, note].join(' | ')} |\n`);
}
