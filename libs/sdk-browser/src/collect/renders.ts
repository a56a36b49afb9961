import { observe } from '../browser/watch.ts';
import { rate } from '../metric.ts';
import { record } from '../recorder.ts';
import { openedBy } from '../tools/widget.ts';

/** Every `performance.measure` whose name starts with `widget-render` is the render of a widget. */
export function collectRenders(): void {
  observe('measure', ({ name, duration }) => {
    if (/^widget-render/.test(name))
      record({
        name: 'widget-render-time',
        value: duration,
        rating: rate(duration, 1500, 2500),
        widgetContext: { toolName: openedBy, renderTime: duration },
        attributes: { measure: name },
      });
  });
}
