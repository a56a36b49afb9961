/** A view that analysts may rely on, and the table that the comments of its columns come from. */
export interface DocumentedView {
  readonly view: string;
  readonly table: string;
  readonly about: string;
  /** What the view makes of its table's columns, where that differs from their comment. */
  readonly computed: Readonly<Record<string, string>>;
}

export const documentedViews: readonly DocumentedView[] = [
  {
    view: 'rum',
    table: 'rum_events',
    about: 'One row per measured value: web vitals, tool calls, widget renders, errors, and whatever an application measures itself.',
    computed: {
      project: 'Project, from the key',
      trace_id: 'W3C trace id, 32 hex digits; empty where absent',
      span_id: 'W3C span id, 16 hex digits; empty where absent',
      token_count: "Tokens of the tool's answer: as the application counted them, else response_bytes / 4",
    },
  },
  {
    view: 'spans',
    table: 'span_events',
    about: 'One row per span of a server. `trace_id` is the one of the tool call in `rum` that caused it.',
    computed: {
      project: 'Project, from the key',
      trace_id: 'W3C trace id, 32 hex digits',
      span_id: 'W3C span id, 16 hex digits',
      parent_id: 'Span id of the parent; empty for a root',
      token_count: "Tokens of the tool's answer, estimated: response_bytes / 4",
    },
  },
  {
    view: 'logs',
    table: 'log_events',
    about: 'One row per log record or event that OpenTelemetry, the Datadog browser SDK or Faro sent.',
    computed: {
      project: 'Project, from the key',
      trace_id: 'W3C trace id, 32 hex digits; empty where absent',
      span_id: 'W3C span id, 16 hex digits; empty where absent',
    },
  },
  {
    view: 'points',
    table: 'point_events',
    about: 'One row per data point of a metric that a server counts itself, such as those of OpenTelemetry.',
    computed: {
      project: 'Project, from the key',
      trace_id: 'Trace of an exemplar, 32 hex digits; empty where there is none',
      monotonic: 'Of a sum: that it only grows',
    },
  },
  {
    view: 'deploys',
    table: 'deploy_events',
    about:
      'One row per release that went live: as somebody told it, or as it was first seen. The same release within half an hour, with no other between, is one.',
    computed: { project: 'Project' },
  },
  {
    view: 'synthetic',
    table: 'synthetic_runs',
    about: 'One row per page, or step of a flow, and run of Lighthouse. What counts of a job is the median over its rows where `kept`.',
    computed: { project: 'Project' },
  },
  {
    view: 'findings',
    table: 'finding_events',
    about: 'One row per regression or broken budget that was found, and one when it was over.',
    computed: { project: 'Project' },
  },
  {
    view: 'budget_checks',
    table: 'budget_verdicts',
    about: 'One row per budget and full hour: what it was judged by, and what came of it.',
    computed: { project: 'Project' },
  },
  {
    view: 'alerts',
    table: 'alert_journal',
    about: 'One row per incident, as it is now: what was broken, since when, how it ended, who looked after it.',
    computed: {
      project: 'Project; `@house` for trouble of the house itself',
      incident: 'Id of the incident: the same for as long as it lasts, and where it opens again within a quarter of an hour',
      rule: 'Id of the rule that opened it',
      rule_name: 'Name of the rule as people read it',
      labels: 'What it is about: app, environment, route, tool',
      severity: 'info, warning, critical: as it is, or was at its end',
      state: 'open, acknowledged, resolved',
      opened_at: 'First breach',
      detected_at: 'When that was found',
      resolved_at: 'When it was over; null while it lasts',
      reason: 'Why it is over, in a few words',
      headline: 'One line of a finding or of trouble of the house; empty where a measure says it',
      acknowledged_by: 'Who acknowledged it last; empty where nobody did',
      acknowledged_at: 'When that was; null where nobody did',
      metric: 'As the rule calls it; empty where nothing was measured',
      statistic: 'p50, p75, p95, p99, rate, count',
      value: "As last measured, in the metric's own unit; null where nothing was",
      reference: 'Threshold or baseline that it is held against',
      samples: 'Events in the window that was judged last',
      peak: 'Graver than which it never was',
      held: 'Why nobody was told, such as silenced; empty where somebody was',
    },
  },
  {
    view: 'alert_notices',
    table: 'alert_journal',
    about: 'One row per attempt to tell a channel of an incident.',
    computed: {
      project: 'Project; `@house` for trouble of the house itself',
      incident: 'Id of the incident; begins with `test-` where somebody tried a channel',
      channel: 'Id of the channel',
      kind: 'trigger, update, escalate, deescalate, ack, resolve, remind, test',
      seq: 'Counts the notices of the incident',
      attempt: 'Counts the attempts of this notice',
      at: 'When the attempt ended',
      result: 'delivered; later (it is tried again); refused; given_up; superseded (nobody needed it any more)',
      status: "The provider's status, of HTTP or SMTP; null where there was none",
      took_ms: 'Milliseconds that the attempt took',
      answer: 'What the provider said, or why it was not told',
      instead_of: 'The channel that could not be told, where this one was told in its place',
    },
  },
  {
    view: 'forwarded',
    table: 'forwarded_minutes',
    about: 'One row per project and minute of which another system was told, or could not be.',
    computed: { project: 'Project' },
  },
  {
    view: 'ledger',
    table: 'outcomes_1m',
    about:
      'What became of everything that was sent, by minute: received = accepted + rejected; accepted = stored + dead_lettered - replayed + removed + in flight. `adjusted` counts events that were kept and changed, beside the balance.',
    computed: { project: 'Project; empty where no key named one' },
  },
];
