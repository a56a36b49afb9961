import { createHash } from 'node:crypto';
import type { Chart } from '../../chart/chart.ts';
import { isPublicUrl } from '../../chart/public-url.ts';
import type { Notice } from '../../notices/notice.ts';
import { linksOf, type NoticeLink } from '../../notices/notice-links.ts';
import { firstLine, lengthOf, shownOf } from '../../notices/notice-text.ts';
import { cutText } from '../cut-text.ts';

/** https://developer.pagerduty.com/docs/events-api-v2-overview#size-limits: 512 KB, of which a thousand is the smaller one. */
export const limits = { dedupKey: 255, summary: 1_024, name: 255, bytes: 512_000 } as const;

type Details = Readonly<Record<string, unknown>>;

/** Body of POST /v2/enqueue: https://developer.pagerduty.com/docs/send-alert-event */
export type PagerdutyEvent = Addressed & (Trigger | { readonly event_action: 'acknowledge' | 'resolve' });

interface Addressed {
  readonly routing_key: string;
  readonly dedup_key: string;
}

interface Trigger {
  readonly event_action: 'trigger';
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: 'critical' | 'warning' | 'info';
    /** ISO 8601. */
    readonly timestamp: string;
    readonly class?: string;
    readonly component?: string;
    readonly group?: string;
    readonly custom_details?: Details;
  };
  readonly links: readonly NoticeLink[];
  /** PagerDuty fetches them, over https only. */
  readonly images?: readonly { readonly src: string; readonly href?: string; readonly alt: string }[];
  readonly client: string;
  readonly client_url?: string;
}

/**
 * What PagerDuty is told; null where it is told nothing. A trigger with the key of an open alert is added to it, but where somebody has
 * resolved the alert by hand, or PagerDuty itself after some hours, it opens a new one and pages: only what may page is sent as a trigger.
 */
export function pagerdutyEvent(notice: Notice, routingKey: string, chart: Chart | null = null): PagerdutyEvent | null {
  const addressed = { routing_key: routingKey, dedup_key: dedupKey(notice.incident.id) };
  switch (notice.kind) {
    case 'trigger':
    case 'escalate':
    case 'test':
      return withinLimit({ ...addressed, ...triggerOf(notice), ...imagesOf(notice, chart) });
    case 'ack':
      return { ...addressed, event_action: 'acknowledge' };
    case 'resolve':
      return { ...addressed, event_action: 'resolve' };
    case 'update':
    case 'deescalate':
    case 'remind':
      return null;
  }
}

/** Of an incident for all its life. */
export function dedupKey(incidentId: string): string {
  const fits = incidentId !== '' && incidentId.length <= limits.dedupKey && incidentId.isWellFormed();
  return fits ? incidentId : createHash('sha256').update(incidentId).digest('hex');
}

function triggerOf(notice: Notice): Trigger {
  const { project, labels, severity, measure, at, houseUrl } = notice;
  const { app, environment } = labels;
  return {
    event_action: 'trigger',
    payload: {
      summary: cutText(firstLine(notice), limits.summary),
      ...{ source: name(`${app || project}${environment ? `/${environment}` : ''}`), severity, timestamp: new Date(at).toISOString() },
      ...(measure && { class: name(measure.metric) }),
      ...(app && { component: name(app) }),
      ...(environment && { group: name(environment) }),
      custom_details: detailsOf(notice),
    },
    ...{ links: linksOf(notice), client: 'Beaconhouse' },
    ...(houseUrl !== undefined && { client_url: houseUrl }),
  };
}

/** PagerDuty shows what it can fetch: https, from outside. */
function imagesOf(notice: Notice, chart: Chart | null): Pick<Trigger, 'images'> {
  if (chart?.url === undefined || !isPublicUrl(chart.url)) return {};
  const [incident] = linksOf(notice);
  return { images: [{ src: chart.url, ...(incident && { href: incident.href }), alt: chart.alt }] };
}

const name = (text: string) => cutText(text.toWellFormed(), limits.name) || 'unknown';

/** Shown as a table; rules of PagerDuty's event orchestration may read it. */
function detailsOf({ project, rule, labels, measure, incident, reason, deploy, at }: Notice): Details {
  return {
    ...(measure && measuresOf(measure)),
    ...(measure && incident.peak !== undefined && { peak: shownOf({ ...measure, value: incident.peak })[0] }),
    labels,
    ...(deploy && { last_deploy: `${deploy.release}, ${lengthOf(at - deploy.at)} before` }),
    ...{ since: new Date(incident.openedAt).toISOString(), project, rule: rule.name },
    ...(rule.summary && { summary: rule.summary }),
    ...(reason && { reason }),
  };
}

function measuresOf(measure: NonNullable<Notice['measure']>): Details {
  const { comparison, samples, windowS } = measure;
  const [now, held] = shownOf(measure);
  const isChange = comparison === 'increasing' || comparison === 'decreasing';
  return { value: now, [isChange ? 'baseline' : 'threshold']: held, samples, window: lengthOf(windowS * 1_000) };
}

/** Without its details, and then its links and its chart, where it would be refused with them. */
function withinLimit(event: Addressed & Trigger): Addressed & Trigger {
  if (bytesOf(event) <= limits.bytes) return event;
  const { custom_details: _, ...payload } = event.payload;
  const short = { ...event, payload };
  if (bytesOf(short) <= limits.bytes) return short;
  const { images: _images, ...bare } = short;
  return { ...bare, links: [] };
}

const bytesOf = (body: unknown) => Buffer.byteLength(JSON.stringify(body));
