import { observe, type Stop } from '../browser/listen.ts';
import { type Record_, rate } from '../metric.ts';

/** Every `performance.measure` whose name starts with this is the render of a widget. */
const prefix = 'widget-render';

export function collectRenders(record: Record_, currentTool: () => string | undefined): Stop {
  return observe<PerformanceMeasure>('measure', ({ name, duration }) => {
    if (!name.startsWith(prefix)) return;
    const toolName = currentTool();
    record({
      name: 'widget-render-time',
      value: duration,
      rating: rate(duration, 1500, 2500),
      widgetContext: { renderTime: duration, ...(toolName && { toolName }) },
      attributes: { measure: name.slice(0, 256) },
    });
  });
}
