import type { Notice, NoticeKind } from '../../notices/notice.ts';
import { linksOf } from '../../notices/notice-links.ts';
import { firstLine, furtherLines } from '../../notices/notice-text.ts';

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

export function webhookEvent(notice: Notice): WebhookEvent {
  const { kind, project, severity, severityBefore, reason, rule, labels, measure, deploy, at } = notice;
  const { id, openedAt, resolvedAt, peak, acknowledged } = notice.incident;
  return {
    type: types[kind],
    timestamp: iso(at),
    data: {
      ...{ schema: 1, kind, project, severity },
      ...(severityBefore && { severityBefore }),
      ...{ title: firstLine(notice), text: furtherLines(notice), reason },
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

const iso = (ms: number) => new Date(ms).toISOString();
