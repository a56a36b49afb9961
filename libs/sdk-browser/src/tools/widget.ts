import { identity, record, setRoute } from '../recorder.ts';
import { flush } from '../transport/outbox.ts';

/** The tool whose result the widget shows, if the host has told. */
export let openedBy: string | undefined;
/** When the host answered and whether the result that opened the widget came: a document has one such start. */
let readyAt = 0;
let opened = false;
let flushed = false;

/** The host's bridge works; it may have told which tool opened the widget. */
export function hostReady(tool?: string): void {
  openedBy ??= tool;
  if (!identity.route) setRoute(tool);
  if (readyAt) return;
  readyAt = performance.now();
  record({ name: 'widget-bootstrap', value: readyAt });
}

/** The result that opened the widget is there. */
export function firstWidgetResult(): void {
  hostReady();
  if (!opened) record({ name: 'widget-tool-wait', value: performance.now() - readyAt });
  opened = true;
  firstResult();
}

/** An inline widget may live for seconds only: what there is leaves with its first result. */
export function firstResult(): void {
  if (!flushed) flush();
  flushed = true;
}
