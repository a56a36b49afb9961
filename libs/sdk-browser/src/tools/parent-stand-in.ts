import { onDestroy, replaceMethod } from '../browser/watch.ts';
import { running } from '../config.ts';

/**
 * Sees what the page posts to its parent. A parent of another origin cannot be changed, and one of the same origin must
 * not be: it serves other frames. So this window's `parent` becomes a stand-in that forwards everything.
 *
 * Code compares `event.source` with the parent it knows. Who got the stand-in must find the stand-in there; who took the
 * real parent before the SDK started must find that. So a message of the host counts as sent by the stand-in only when
 * messages of its kind went out through it: an answer whose request did, a JSON-RPC message if any did, and so on.
 */
export interface ParentTraffic {
  /** May answer with another message in this one's place. */
  _outgoing(message: unknown): unknown;
  /** Whether a message of the host belongs to what went out through the stand-in. */
  _isReply(message: unknown): boolean;
}

type Getter = () => unknown;

export let realParent: Window;
let realSource: Getter;
/** What code got hold of must keep working after a destroy; the next monitor then finds everything in place. */
let used = false;

/** Whether the host really sent a message, whatever the page is told. */
export const fromHost = (event: unknown): event is MessageEvent => event instanceof MessageEvent && realSource.call(event) === realParent;

export function interceptParent(traffic: ParentTraffic): void {
  if (used) return;
  realParent = parent;
  const original = realParent.postMessage;
  const post = (message: unknown, ...rest: never[]) =>
    original.call(realParent, (running && traffic._outgoing(message)) || message, ...rest);
  const proxy = new Proxy(realParent, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name === 'postMessage') {
        used = true;
        return post;
      }
      // Methods of a window refuse another `this`; classes must stay themselves.
      return typeof value === 'function' && !value.prototype ? value.bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  });
  const known = (event: unknown, otherwise: unknown) =>
    fromHost(event) ? (traffic._isReply(event.data) ? standIn : realParent) : otherwise;
  // A page that is its own parent (a preview without a host) is our own to change.
  const self = realParent === window && replaceMethod(window as { postMessage: unknown }, 'postMessage', post);
  const standIn = self ? window : proxy;
  realSource = replaceGetter(MessageEvent.prototype, 'source', function (this: unknown) {
    return known(this, realSource.call(this));
  });
  replaceGetter(window, 'parent', () => known(event, running ? standIn : realParent));
}

function replaceGetter(target: object, name: string, get: Getter): Getter {
  const original = Object.getOwnPropertyDescriptor(target, name) as PropertyDescriptor;
  Object.defineProperty(target, name, { ...original, get });
  onDestroy(() => used || Object.defineProperty(target, name, original));
  return original.get as Getter;
}
