import type { AlertSeverity, ChannelType, RouteConfig } from '#contracts';
import { firstMismatch, type Matchable, namesOf } from './matches.ts';

/** What is routed. */
export interface Routed extends Matchable {
  readonly severity: AlertSeverity;
  /** The rule's own channels: they win over every route. */
  readonly ruleChannels?: readonly string[];
}

export interface Routing {
  readonly routes: readonly RouteConfig[];
  /** Types of the channels there are, by id. */
  readonly types: ReadonlyMap<string, string>;
}

/** Where something goes, and why. Times are milliseconds. */
export interface RouteChoice {
  readonly channels: readonly string[];
  /** The first message waits so long for others of its rule. */
  readonly groupWaitMs: number;
  /** Between two reminders; infinite: none. */
  readonly remindMs: number;
  /** Messages are collected for so long; 0: not at all. */
  readonly digestMs: number;
  /** For people, a line for every step. */
  readonly because: readonly string[];
  /** Named, and not set up. */
  readonly missing: readonly string[];
}

const usualGroupWaitS: Readonly<Record<AlertSeverity, number>> = { critical: 0, warning: 30, info: 30 };
const usualRemindS: Readonly<Record<AlertSeverity, number>> = { critical: 3_600, warning: 12 * 3_600, info: 0 };

/** Who is told, of the channels there are, and the log always. What is named and nobody set up is left out. */
export function explainRoute(what: Routed, { routes, types }: Routing): RouteChoice {
  const { matched, because } = what.ruleChannels ? byRule(what.ruleChannels) : byRoutes(what, routes);
  const named = matched.flatMap((route) => route.channels);
  const missing = [...new Set(named)].filter((name) => channelsCalled(name, types).length === 0);
  const { groupWaitS = usualGroupWaitS[what.severity], remindEveryS = usualRemindS[what.severity], digestS = 0 } = matched[0] ?? {};
  return {
    channels: [...new Set([...named, 'log'].flatMap((name) => channelsCalled(name, types)))],
    ...{ groupWaitMs: groupWaitS * 1_000, remindMs: remindEveryS === 0 ? Number.POSITIVE_INFINITY : remindEveryS * 1_000 },
    digestMs: digestS * 1_000,
    because: [...because, ...missing.map((name) => `${name}: there is no such channel`)],
    missing,
  };
}

type Chosen = Pick<RouteConfig, 'groupWaitS' | 'remindEveryS' | 'digestS'> & { readonly channels: readonly string[] };
interface Found {
  readonly matched: readonly Chosen[];
  readonly because: readonly string[];
}

const byRule = (channels: readonly string[]): Found => ({
  matched: [{ channels }],
  because: [`the rule names its channels: ${channels.join(', ') || 'none'}`],
});

function byRoutes(what: Routed, routes: readonly RouteConfig[]): Found {
  const matched: RouteConfig[] = [];
  const because: string[] = [];
  for (const [index, route] of routes.entries()) {
    const mismatch = firstMismatch(route.match, what);
    because.push(`route ${index + 1} ${mismatch === null ? `matches: ${route.channels.join(', ')}` : mismatchText(mismatch, route, what)}`);
    if (mismatch !== null) continue;
    matched.push(route);
    if (!route.continue) return { matched, because };
  }
  return { matched, because: matched.length > 0 ? because : [...because, 'no route matches: only the log is told'] };
}

function mismatchText(name: string, { match }: RouteConfig, what: Routed): string {
  const value = namesOf(what).get(name);
  return `does not match: ${name} is ${value === undefined ? 'not there' : value}, not ${match[name]}`;
}

/** The channel of that id; where there is none, all whose type it is, but for those that only the house itself calls. */
function channelsCalled(name: string, types: ReadonlyMap<string, string>): readonly string[] {
  if (types.has(name)) return [name];
  const isCalled = (type: string) => type === name || (name === 'slack' && type === 'slack_webhook');
  return [...types].filter(([id, type]) => isCalled(type) && !id.startsWith('@')).map(([id]) => id);
}

/** What routes name that is no channel and no type of one. */
export function unknownChannels({ routes, types }: Routing): string[] {
  const names = new Set(routes.flatMap(({ channels }) => channels));
  return [...names].filter((name) => !types.has(name) && !channelTypes.has(name));
}

const channelTypes: ReadonlySet<string> = new Set<ChannelType>(['slack', 'slack_webhook', 'pagerduty', 'email', 'webhook', 'log']);
