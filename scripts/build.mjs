// Compiles apps/, libs/ and infra/ with SWC into dist/ (only what changed) and bundles what browsers load.
// Types are checked by `npm run check`, not here: starting must take seconds.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
/** Built by their own bundler, see their package.json. */
const bundled = ['libs/sdk-browser', 'libs/sdk-node', 'libs/budgets'];
const settings = ['.swcrc', 'scripts/build.mjs', 'package-lock.json'].map((file) => mtime(join(root, file)));
const newestSetting = Math.max(...settings);

function mtime(file) {
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

function* sources(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    const place = relative(root, path);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'dist' && !bundled.includes(place)) yield* sources(path);
    } else if (/\.ts$/.test(entry.name) && !/\.(spec|contract|d)\.ts$/.test(entry.name)) yield path;
  }
}

const wanted = new Set();
const work = [];
for (const top of ['apps', 'libs', 'infra']) {
  for (const source of sources(join(root, top))) {
    const target = join(dist, relative(root, source)).replace(/\.ts$/, '.js');
    wanted.add(target);
    const stale = mtime(target) < Math.max(mtime(source), newestSetting);
    if (stale) work.push({ source, target });
  }
}
await Promise.all(
  work.map(async ({ source, target }) => {
    const { code, map } = await transformFile(source, { configFile: join(root, '.swcrc') });
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(`${target}.map`, map);
    writeFileSync(target, `${code}\n//# sourceMappingURL=${target.split('/').pop()}.map\n`);
  }),
);
removeOrphans(dist);

/** A deleted source must not live on in dist. */
function removeOrphans(dir) {
  if (!existsSync(dir)) return;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) removeOrphans(path);
    else if (path.endsWith('.js') && !wanted.has(path)) rmSync(path);
  }
}

const browserBuild = join(root, 'libs/sdk-browser/build.mjs');
if (existsSync(browserBuild)) {
  const { buildBrowserSdk } = await import(browserBuild);
  await buildBrowserSdk();
}
if (work.length > 0) process.stderr.write(`built ${work.length} files\n`);
