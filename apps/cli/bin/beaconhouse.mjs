#!/usr/bin/env node
// Starts the command proper in a process of its own: on the Node that npm installed beside it, and with a thread pool of
// the right size, which is read when a process starts. In a checkout it builds first what has changed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const pinned = join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.exe' : 'node');
const node = existsSync(pinned) ? pinned : process.execPath;

const build = join(root, 'scripts/build.mjs');
if (existsSync(build)) {
  const { status } = spawnSync(node, [build], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(1);
}

const child = spawn(node, [join(root, 'dist/apps/cli/src/main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { UV_THREADPOOL_SIZE: '16', ...process.env },
});
// Ctrl+C reaches the whole group: this process only has to outlive its child.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal ? 1 : 0);
});
