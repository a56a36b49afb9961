import { debug, guarded } from '../browser/diagnostics.ts';
import { uuidV7 } from '../identity/ids.ts';
import type { Batch, Queue } from './queue.ts';
import { pauseAfter } from './retry-after.ts';
import type { Answer, Transport } from './transports.ts';

export interface DeliveryOptions {
  _queue: Queue;
  /** In order of preference. */
  _transports: Transport[];
  /** Metrics and bytes held at most, cut or not. */
  _maxItems: number;
  _maxBytes: number;
  /** First pause after a failure, in ms. */
  _retryDelay: number;
  _nextSeq(): number;
  /** What every beacon says beside its metrics. */
  _envelope: object;
}

export interface Delivery {
  /** Sends what waits. */
  _flush(urgency?: Urgency): void;
  /** Keeps what is held within its limits; call it after each metric. */
  _bound(): void;
  /** The page's rules block this address: never use it again, and take back what went there unheard. Answers if it was ours. */
  _block(url: string): boolean;
  _stop(): void;
}

/** `all`: the page may vanish, nothing waits for its turn. `leaving`: it does vanish, pauses no longer count. */
type Urgency = 'all' | 'leaving' | undefined;

/** A route that fails this often in a row gives way to the next. */
const failuresBeforeSwitch = 2;

export function createDelivery(options: DeliveryOptions): Delivery {
  const { _queue: queue, _transports: transports } = options;
  const waiting: Batch[] = [];
  let unheard: Batch[] = [];
  let current = 0;
  let sending = 0;
  let failures = 0;
  let notBefore = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const send = (batch: Batch, leaving: boolean) => {
    const transport = transports[current] as Transport;
    const now = Date.now();
    batch._beaconId ??= uuidV7(now);
    batch._seq ??= options._nextSeq();
    const rest = JSON.stringify({ timestamp: now, beaconId: batch._beaconId, seq: batch._seq, ...options._envelope });
    const settle = guarded((answer: Answer) => settled(batch, transport, answer));
    debug('flush', batch._count, transport._url);
    sending++;
    attempt(transport, `{"metrics":[${batch._metrics}],${rest.slice(1)}`, leaving).then(settle);
  };

  const settled = (batch: Batch, transport: Transport, answer: Answer) => {
    const status = answer._status;
    sending--;
    if (status >= 200 && status < 300) {
      failures = 0;
      unheard = answer._unsure ? [...unheard, batch] : [];
    } else if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      debug('refused', status, batch._count);
      queue._drop(batch._count);
    } else {
      waiting.unshift(batch);
      if (transports.includes(transport)) postpone(answer);
    }
    pump();
  };

  const postpone = (answer: Answer) => {
    const now = Date.now();
    notBefore = now + pauseAfter(++failures, options._retryDelay, answer._retryAfter, now);
    if (!answer._status && failures % failuresBeforeSwitch === 0) current = (current + 1) % transports.length;
  };

  const pump = () => {
    if (!waiting.length || !transports.length || sending) return;
    const pause = notBefore - Date.now();
    clearTimeout(timer);
    if (pause > 0) timer = setTimeout(guarded(pump), pause);
    else send(waiting.shift() as Batch, false);
  };

  const bound = () => {
    const held = (size: '_count' | '_bytes') => waiting.reduce((sum, batch) => sum + batch[size], 0);
    while (held('_count') + queue._size() > options._maxItems || held('_bytes') + queue._bytes() > options._maxBytes) {
      const oldest = waiting.shift();
      if (oldest) queue._drop(oldest._count);
      else queue._dropOldest();
    }
  };

  return {
    _bound: bound,
    _flush(urgency) {
      waiting.push(...queue._cut());
      if (!transports.length) return;
      const leaving = urgency === 'leaving';
      if (leaving || (urgency && notBefore <= Date.now())) for (const batch of waiting.splice(0)) send(batch, leaving);
      else pump();
    },
    _block(url) {
      const index = transports.findIndex((transport) => transport._url && sameOrigin(transport._url, url));
      if (index < 0) return false;
      transports.splice(index, 1);
      current = 0;
      failures = notBefore = 0;
      waiting.unshift(...unheard.splice(0));
      pump();
      return true;
    },
    _stop: () => clearTimeout(timer),
  };
}

async function attempt(transport: Transport, body: string, leaving: boolean): Promise<Answer> {
  try {
    return await transport._send(body, leaving);
  } catch {
    return { _status: 0 };
  }
}

/** Browsers report the whole address or only its origin. */
function sameOrigin(url: string, blocked: string): boolean {
  try {
    return new URL(blocked).origin === new URL(url).origin;
  } catch {
    return false;
  }
}
