import { ConfigurationError, type Environment, readConfigFile } from '#platform';
import { ChromiumMissing, findChromium } from '#probe';
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

/** Only synthetic audits and the tests drive a browser. */
export function checkChromium(places?: readonly string[]): Finding {
  try {
    return ok('chromium', findChromium(undefined, places));
  } catch (error) {
    if (!(error instanceof ChromiumMissing)) throw error;
    return warning('chromium', 'not found: audits and browser tests cannot run', 'apt-get install chromium, or install Google Chrome');
  }
}
