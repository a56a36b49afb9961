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
    },
  },
  {
    view: 'deploys',
    table: 'deploy_events',
    about: 'One row per release that went live.',
    computed: { project: 'Project, from the key' },
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
    view: 'ledger',
    table: 'outcomes_1m',
    about:
      'What became of everything that was sent, by minute: received = accepted + rejected; accepted = stored + dead_lettered - replayed + removed + in flight. `adjusted` counts events that were kept and changed, beside the balance.',
    computed: { project: 'Project; empty where no key named one' },
  },
];
