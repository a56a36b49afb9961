import type { Notice, NoticeKind } from '../../notices/notice.ts';
import { linksOf } from '../../notices/notice-links.ts';
import { firstLine, furtherLines } from '../../notices/notice-text.ts';
import { cutText } from '../cut-text.ts';

type WebhookEventType = 'alert.fired' | 'alert.updated' | 'alert.acknowledged' | 'alert.resolved' | 'alert.test';

/** Body of a webhook. `schema` counts up where a field changes its meaning; fields may be added to it. Times are ISO 8601. */
export interface WebhookEvent {
  readonly type: WebhookEventType;
  readonly timestamp: string;
  readonly data: {
    readonly schema: 1;
    readonly kind: NoticeKind;
    readonly project: string;
    readonly severity: Notice['severity'];
    readonly severityBefore?: Notice['severity'];
    /** For people, unescaped. */
    readonly title: string;
    readonly text: readonly string[];
    readonly reason: string;
    readonly incident: Times<Notice['incident'], 'openedAt' | 'resolvedAt'>;
    readonly rule: Notice['rule'];
    readonly labels: Notice['labels'];
    readonly measure?: Notice['measure'];
    readonly deploy?: Times<NonNullable<Notice['deploy']>, 'at'>;
    readonly links: ReturnType<typeof linksOf>;
  };
}

type Times<T, K extends keyof T> = {
  readonly [P in keyof T]: P extends K ? string : P extends 'acknowledged' ? { readonly by: string; readonly at: string } : T[P];
};

const types: Readonly<Record<NoticeKind, WebhookEventType>> = {
  trigger: 'alert.fired',
  update: 'alert.updated',
  escalate: 'alert.updated',
  deescalate: 'alert.updated',
  remind: 'alert.updated',
  ack: 'alert.acknowledged',
  resolve: 'alert.resolved',
  test: 'alert.test',
};

/** `plain`: all of it was too large for the receiver; texts are short then, and what follows from the other fields is left out. */
export function webhookEvent(whole: Notice, plain = false): WebhookEvent {
  const notice = plain ? shortened(whole) : whole;
  const { kind, project, severity, severityBefore, reason, rule, labels, measure, deploy, at } = notice;
  const { id, openedAt, resolvedAt, peak, acknowledged } = notice.incident;
  return {
    type: types[kind],
    timestamp: iso(at),
    data: {
      ...{ schema: 1, kind, project, severity },
      ...(severityBefore && { severityBefore }),
      ...{ title: firstLine(notice), text: plain ? [] : furtherLines(notice), reason },
      incident: {
        ...{ id, openedAt: iso(openedAt) },
        ...(resolvedAt !== undefined && { resolvedAt: iso(resolvedAt) }),
        ...(peak !== undefined && { peak }),
        ...(acknowledged && { acknowledged: { by: acknowledged.by, at: iso(acknowledged.at) } }),
      },
      ...{ rule, labels },
      ...(measure && { measure }),
      ...(deploy && { deploy: { release: deploy.release, at: iso(deploy.at) } }),
      links: linksOf(notice),
    },
  };
}

/** Of a text where all of it was too large. */
const mostCharacters = 100;

function shortened({ list: _, headline, labels, rule, reason, ...notice }: Notice): Notice {
  const { summary: __, ...short } = rule;
  const cut = (text: string) => cutText(text, mostCharacters);
  return {
    ...notice,
    ...(headline !== undefined && { headline: cut(headline) }),
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, cut(value)])),
    ...{ rule: { ...short, name: cut(rule.name) }, reason: cut(reason) },
  };
}

const iso = (ms: number) => new Date(ms).toISOString();
