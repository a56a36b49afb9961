import { accessSync, constants } from 'node:fs';
import { ConfigurationError, type Environment, readConfigFile } from '#platform';
import { type Finding, ok, problem, warning } from './check.ts';

const neededNode = 24;
const neededThreads = 16;

export function checkNode(version = process.versions.node): Finding {
  const major = Number(version.split('.')[0]);
  if (major >= neededNode) return ok('node', version);
  return problem('node', `${version}; ${neededNode} or newer is needed`, 'run npm ci, which brings it, and start through npm or npx');
}

export function checkThreads({ threadPoolSize }: Environment): Finding {
  if (threadPoolSize >= neededThreads) return ok('threads', `UV_THREADPOOL_SIZE is ${threadPoolSize}`);
  const detail = `UV_THREADPOOL_SIZE is ${threadPoolSize}: inserts, questions and the disk hold each other up`;
  return warning('threads', detail, `start through npm or npx, or set UV_THREADPOOL_SIZE=${neededThreads} before Node starts`);
}

export async function checkConfiguration({ configPath }: Environment): Promise<Finding> {
  try {
    const { projects } = await readConfigFile(configPath);
    return ok('configuration', `${configPath}: project ${projects.map(({ id }) => id).join(', ')}`);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return problem('configuration', error.message, `correct ${configPath}; docs/configuration.md lists every field`);
  }
}

const browsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Only synthetic audits and the tests drive a browser. */
export function checkChromium(places: readonly string[] = browsers): Finding {
  const found = places.find(isExecutable);
  if (found) return ok('chromium', found);
  return warning('chromium', 'not found: audits and browser tests cannot run', 'apt-get install chromium, or install Google Chrome');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
