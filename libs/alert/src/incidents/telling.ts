import type { ConfigFile, InhibitionConfig, MuteTimingConfig } from '#contracts';
import type { Notice, NoticeKind } from '../notices/notice.ts';
import type { HeldBack } from './incident.ts';
import { explainRoute, type RouteChoice, type Routed, type Routing } from './route.ts';

/** How what is told leaves the house. */
export interface Telling {
  route(what: Routed): RouteChoice;
  /** Of a channel that is there. */
  typeOf(channel: string): string | undefined;
  readonly mutes: readonly MuteTimingConfig[];
  readonly inhibitions: readonly InhibitionConfig[];
  readonly houseUrl?: string | undefined;
  /** The last release of that project, app and environment that went out before, as far as it is known. */
  deployOf?(project: string, labels: Notice['labels'], at: number): Notice['deploy'];
  readonly seen?: TellingObserver | undefined;
}

/** What was decided and written. */
export interface TellingObserver {
  made(kind: NoticeKind): void;
  held(kind: NoticeKind, reason: HeldBack): void;
  /** Seconds from the end of what was judged to the moment it was found. */
  detected(seconds: number): void;
}

const chatTypes: ReadonlySet<string | undefined> = new Set(['slack', 'slack_webhook', 'email']);

/** People read it: what belongs together is told there in one message. */
export const isChat = ({ typeOf }: Pick<Telling, 'typeOf'>, channel: string) => chatTypes.has(typeOf(channel));

export type TellingOptions = Pick<ConfigFile, 'routes' | 'muteTimings' | 'inhibitions'> &
  Pick<Routing, 'types'> &
  Pick<Telling, 'houseUrl' | 'deployOf' | 'seen'>;

export function tellingOf({ routes, types, muteTimings, inhibitions, ...others }: TellingOptions): Telling {
  return {
    route: (what) => explainRoute(what, { routes, types }),
    typeOf: (channel) => types.get(channel),
    ...{ mutes: muteTimings, inhibitions },
    ...others,
  };
}
