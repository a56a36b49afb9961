import { crc32 } from 'node:zlib';

const metrics = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB', 'mcp-tool-execution', 'widget-render-time', 'own.metric'] as const;
const hour = 3_600_000;
const hex = (word: number, digits: number) => word.toString(16).padStart(8, '0').slice(-digits);

/** One to one on 32 bits; every bit of the input changes half of the output's (MurmurHash3's finaliser). */
function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** What a client's clock says of a beacon. */
type Clock = 'none' | 'late' | 'ahead' | 'future';
const clocks: Readonly<Record<number, Clock>> = { 0: 'late', 1: 'ahead', 2: 'future' };

interface Event {
  readonly metric: (typeof metrics)[number];
  readonly value: number;
}

/**
 * Every beacon of a run, by its serial number: nothing is remembered, and what was sent can be said again at any time. Its id begins
 * with the run's start, so a run must end within the 24 hours that a beacon may be old, less those of the latest.
 */
export class BeaconScript {
  readonly acknowledged = [204];
  /** Tells this run's rows from anybody else's, 16 bits. */
  readonly tag: number;

  constructor(
    readonly startedAt: number,
    private readonly seed: number,
  ) {
    this.tag = mix(seed ^ Math.floor(startedAt / 1000)) & 0xffff;
  }

  /** UUIDv7 of the run's start. */
  idOf(n: number): string {
    const time = this.startedAt.toString(16).padStart(12, '0');
    const [word, other] = [mix(n ^ this.seed), mix(n + 0x9e3779b9)];
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(other, 3)}-8${hex(other >>> 12, 3)}-${hex(other >>> 20, 4)}${hex(word, 8)}`;
  }

  /** One event mostly; 2 to 10 in one beacon of 16. */
  countOf(n: number): number {
    const word = mix(n + 0x51ed270b);
    return word % 16 === 0 ? 2 + ((word >>> 4) % 9) : 1;
  }

  /** The body; `now` is the sender's clock and stands in it only where that clock is ahead. */
  bodyOf(n: number, now: number): string {
    const id = this.idOf(n);
    const clock = clockOf(n);
    const at = clock === 'none' ? '' : `"timestamp":${this.#clockTime(n, clock, now)},`;
    const trace = id.replaceAll('-', '');
    const events = Array.from({ length: this.countOf(n) }, (_, place) => {
      const { metric, value } = eventOf(n, place);
      return `{"name":"${metric}","value":${value},${at}"route":"${routeOf(n)}","sessionId":"session-${n % 997}","traceId":"${trace}","spanId":"${this.#spanOf(n, place)}","widgetContext":{"toolName":"${toolOf(n)}"}}`;
    });
    const sent = clock === 'ahead' ? `,"timestamp":${now + 3 * hour}` : '';
    return `{"metrics":[${events.join(',')}],"beaconId":"${id}"${sent}}`;
  }

  requestOf(n: number, now: number): string {
    const body = this.bodyOf(n, now);
    return `POST /api/rum-metrics HTTP/1.1\r\nhost: chaos\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  }

  /** Sum over its events of the CRC-32 of what must be stored, modulo 2^32; `storedDigest` is the same in SQL. */
  digestOf(n: number): number {
    const id = this.idOf(n);
    const at = clockOf(n) === 'late' ? this.#clockTime(n, 'late', 0) : 'received';
    let sum = 0;
    for (let place = this.countOf(n) - 1; place >= 0; place -= 1) {
      const { metric, value } = eventOf(n, place);
      sum += crc32(`${metric}|${Math.round(value * 1e6)}|${routeOf(n)}|${toolOf(n)}|${id}|${place}|${at}`);
    }
    return sum % 2 ** 32;
  }

  #clockTime(n: number, clock: Exclude<Clock, 'none'>, now: number): number {
    if (clock === 'late') return this.startedAt - (1 + (n % 20)) * hour;
    return clock === 'ahead' ? now + 3 * hour : this.startedAt + 48 * hour;
  }

  /** Run, serial number and place in one number of 64 bits, hex. */
  #spanOf(n: number, place: number): string {
    return hex(this.tag, 4) + n.toString(16).padStart(10, '0') + hex(place, 2);
  }
}

/** Parts of `span_id`: 16 bits of run, 40 of serial number, 8 of place. */
export const storedTag = 'bitShiftRight(span_id, 48)';
export const storedSerial = 'bitAnd(bitShiftRight(span_id, 8), 0xffffffffff)';
export const storedPlace = 'bitAnd(span_id, 0xff)';
/** Of one row. Fractions are compared in millionths, times to the millisecond. */
export const storedDigest = `CRC32(concat(metric, '|', toString(toInt64(round(value * 1e6))), '|', route, '|', tool, '|', toString(trace_id), '|',
  toString(src_index), '|', if(ts = received_at, 'received', toString(toUnixTimestamp64Milli(ts)))))`;

function eventOf(n: number, place: number): Event {
  const metric = metrics[(n + place) % metrics.length]!;
  return { metric, value: ((n * 37 + place * 11) % 4000) / (metric === 'CLS' ? 4000 : 1) + 1 };
}

const clockOf = (n: number): Clock => clocks[mix(n + 0x2545f491) % 32] ?? 'none';
const routeOf = (n: number) => `/page/${'abcdefgh'[n % 8]}`;
const toolOf = (n: number) => `tool_${n % 4}`;
