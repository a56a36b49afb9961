import type { Redactor } from './redact.ts';

/** An event of Datadog's SDK on its way out, RUM or log. */
export interface OutgoingEvent {
  /** Of a RUM event; a log has none. */
  readonly type?: unknown;
  readonly message?: unknown;
  context?: unknown;
}

/** What names things or is the app's own decision; the rest of an event may carry what people typed. */
const asItIs = new Set([
  ...[
    'date',
    'type',
    'status',
    'origin',
    'source',
    'service',
    'version',
    'ddtags',
    'application',
    'application_id',
    'session',
    'session_id',
  ],
  ...['usr', 'account', 'tab', 'device', 'os', 'display', 'connectivity', 'user_action', 'synthetics', 'ci_test', '_dd'],
]);
/** Fields that hold an address alone. */
const addresses = new Set(['url', 'referrer', 'resource_url', 'source_url']);

/** Changes the event in place, as `beforeSend` has it; what Datadog does not let be changed stays. */
export function redactEvent(event: OutgoingEvent, redactor: Redactor): void {
  for (const [name, value] of Object.entries(event)) {
    if (asItIs.has(name)) continue;
    (event as Record<string, unknown>)[name] = name === 'context' ? redactor.value(value) : redactPart(name, value, redactor);
  }
}

function redactPart(name: string, value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return addresses.has(name) ? redactor.address(value) : redactor.named(name, value);
  if (Array.isArray(value)) return value.map((one) => redactPart(name, one, redactor));
  if (typeof value !== 'object' || value === null) return value;
  for (const [inner, one] of Object.entries(value)) (value as Record<string, unknown>)[inner] = redactPart(inner, one, redactor);
  return value;
}
