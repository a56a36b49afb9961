import { datadogRum } from '../bridges/datadog-bridge.ts';
import { listen } from '../browser/watch.ts';

/** What an app says of a widget in the `detail` of its event, in either way of writing. */
interface WidgetDetail {
  widgetType?: string;
  widget_type?: string;
  toolName?: string;
  tool_name?: string;
  /** Milliseconds the widget was there. */
  duration?: number;
  error?: unknown;
  message?: string;
  errorCode?: string | number;
  error_code?: string | number;
}

/** By type of widget, as `performance.now()` says it. */
const mountedAt = new Map<string | undefined, number>();

const told = (run: (detail: WidgetDetail) => void) => (event: CustomEvent<WidgetDetail | null>) => run(event.detail ?? {});
const widgetType = (detail: WidgetDetail) => detail.widgetType ?? detail.widget_type;
const toolName = (detail: WidgetDetail) => detail.toolName ?? detail.tool_name;

/** Turns `widget:mount`, `widget:unmount` and `widget:error`, wherever they are dispatched, into what Datadog shows. */
export function watchWidgets(): void {
  // Capture: an event of the document need not bubble to be seen.
  listen('widget:mount', told(mounted), true);
  listen('widget:unmount', told(unmounted), true);
  listen('widget:error', told(failed), true);
}

function mounted(detail: WidgetDetail): void {
  mountedAt.set(widgetType(detail), performance.now());
  datadogRum.addAction('widget_mounted', { widget_type: widgetType(detail), tool_name: toolName(detail) });
}

function unmounted(detail: WidgetDetail): void {
  const type = widgetType(detail);
  const since = mountedAt.get(type);
  mountedAt.delete(type);
  const duration = detail.duration ?? (since === undefined ? undefined : performance.now() - since);
  datadogRum.addAction('widget_unmounted', { widget_type: type, duration });
}

function failed(detail: WidgetDetail): void {
  const { error, message = 'widget:error' } = detail;
  datadogRum.addError(error ?? new Error(message), {
    ...{ widget_type: widgetType(detail), tool_name: toolName(detail), error_code: detail.errorCode ?? detail.error_code },
  });
}
