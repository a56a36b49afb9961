import { observe } from '../browser/watch.ts';
import { recordBounded } from '../recorder.ts';

/** Tasks above 50 ms; the entry's name says whose: `self`, or another frame on the same thread. */
export function collectLongTasks(): void {
  observe('longtask', ({ name, duration }) => recordBounded({ name: 'long-task', value: duration, attributes: { context: name } }));
}
