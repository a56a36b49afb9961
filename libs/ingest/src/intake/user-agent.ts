import Bowser from 'bowser';
import { isbot } from 'isbot';
import type { Agent } from '#contracts';

/** What is kept of a user agent string; the string itself is not. */
export interface Client {
  readonly browser: string;
  /** Major version. */
  readonly version: string;
  readonly os: string;
  readonly device: string;
  readonly agent: Agent;
}

const unknownClient: Client = { browser: 'unknown', version: '', os: 'unknown', device: 'unknown', agent: 'browser' };
/** A few hundred strings make up nearly all traffic. */
const maxRemembered = 2_000;
const remembered = new Map<string, Client>();

export function describeClient(userAgent: string): Client {
  const known = remembered.get(userAgent);
  if (known) return known;
  if (remembered.size >= maxRemembered) remembered.clear();
  const client = parseClient(userAgent);
  remembered.set(userAgent, client);
  return client;
}

function parseClient(userAgent: string): Client {
  if (userAgent === '') return unknownClient;
  const agent = agentOf(userAgent);
  const { browser, os, platform } = Bowser.parse(userAgent.slice(0, 512));
  return {
    browser: shortName(browser.name?.replace(/^Headless ?/, '') ?? '') || 'unknown',
    version: browser.version?.match(/^\d{1,5}/)?.[0] ?? '',
    os: shortName(os.name ?? '') || 'unknown',
    device: agent === 'bot' ? 'bot' : platform.type || 'unknown',
    agent,
  };
}

/**
 * Crawlers are strangers; automation that says so is not: one's own synthetic runs, and programs such as curl that send
 * beacons on purpose.
 */
function agentOf(userAgent: string): Agent {
  if (/Headless|Lighthouse|PTST|Playwright|Puppeteer/.test(userAgent)) return 'headless';
  if (!isbot(userAgent)) return 'browser';
  return /^Mozilla\/|bot|crawl|spider/i.test(userAgent) ? 'bot' : 'headless';
}

const shortName = (name: string) => name.replace(/[^A-Za-z0-9 ._-]/g, '').slice(0, 40);
