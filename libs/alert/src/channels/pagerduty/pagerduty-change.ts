import type { Deploy } from '../../deploys/deploy.ts';
import { cutText } from '../cut-text.ts';
import { limits } from './pagerduty-event.ts';

/** Body of POST /v2/change/enqueue: https://developer.pagerduty.com/docs/send-change-event. It is shown beside incidents and pages nobody. */
export interface PagerdutyChange {
  readonly routing_key: string;
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    /** ISO 8601. */
    readonly timestamp: string;
    readonly custom_details: Readonly<Record<string, string>>;
  };
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

export function pagerdutyChange({ project, app, environment, release, at, url }: Deploy, routingKey: string): PagerdutyChange {
  const what = app || project;
  const where = environment ? ` in ${environment}` : '';
  const name = (text: string) => cutText(oneLine(text), limits.name);
  const details = { project, app, environment, release };
  const told = Object.entries(details).flatMap(([key, value]) => (value ? [[key, name(value)]] : []));
  return {
    routing_key: routingKey,
    payload: {
      summary: cutText(oneLine(`${what} ${release} deployed${where}`), limits.summary),
      ...{ source: name(`${what}${environment ? `/${environment}` : ''}`) || 'unknown', timestamp: new Date(at).toISOString() },
      custom_details: Object.fromEntries(told),
    },
    ...(url !== undefined && /^https?:\/\/\S{1,2000}$/i.test(url) && { links: [{ href: url, text: 'Deploy' }] }),
  };
}

const oneLine = (text: string) =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
