import { accessSync, constants } from 'node:fs';

/** What the end-to-end scenarios need from the machine, and how to get it. */
const parts = [
  {
    name: 'Chromium',
    file: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    install: 'apt-get install chromium (or set CHROMIUM_PATH)',
  },
];

/** Stops the run before the first scenario: a missing part is an error, never a silent skip. */
export default function checkNeededParts() {
  const missing = parts.filter(({ file }) => !isExecutable(file));
  if (missing.length === 0) return;
  const lines = missing.map(({ name, file, install }) => `  ${name} is missing (looked for ${file}). Get it with: ${install}`);
  throw new Error(`The end-to-end scenarios cannot run on this machine.\n${lines.join('\n')}`);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
