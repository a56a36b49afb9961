import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';

/** One beacon a test sent, and what it was told. */
export interface SentBeacon {
  readonly id: string;
  readonly body: string;
  readonly events: number;
  /** Of its values, by which its rows are recognised. */
  readonly sum: number;
  acknowledged: boolean;
}

const metrics = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB', 'mcp-tool-execution', 'widget-render-time', 'own.metric'];
const day = 86_400_000;

/** UUIDv7 of this moment. */
export function beaconId(): string {
  const hex = Date.now().toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A beacon of 1 to 10 events; some are from yesterday, so that a block touches several partitions. */
export function makeBeacon(n: number): SentBeacon {
  const id = beaconId();
  const events = 1 + (n % 10);
  const list = Array.from({ length: events }, (_, i) => ({
    name: metrics[(n + i) % metrics.length],
    value: ((n * 37 + i * 11) % 4000) / (metrics[(n + i) % metrics.length] === 'CLS' ? 4000 : 1) + 1,
    timestamp: Date.now() - (n % 7 === 0 ? day * 0.9 : 0),
    sessionId: `session-${n % 50}`,
    route: `/page/${'abcdefgh'[n % 8]}`,
    widgetContext: { toolName: `tool_${n % 4}` },
    attributes: { beacon: id, place: i },
  }));
  const sum = list.reduce((total, { value }) => total + value, 0);
  return { id, events, sum, acknowledged: false, body: JSON.stringify({ metrics: list, beaconId: id, timestamp: Date.now() }) };
}

/** Sends over a few kept-alive connections; a beacon is acknowledged by 204 only. */
export class Sender {
  readonly #agent: Agent;
  readonly statuses = new Map<number, number>();

  constructor(
    private readonly port: number,
    connections = 16,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  async send(beacon: SentBeacon): Promise<void> {
    const status = await this.#post(beacon.body);
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (status === 204) beacon.acknowledged = true;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** 0 when the connection broke before an answer. */
  #post(body: string): Promise<number> {
    return new Promise((resolve) => {
      const headers = { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body), 'user-agent': 'chaos' };
      const outgoing = request({
        agent: this.#agent,
        host: '127.0.0.1',
        port: this.port,
        path: '/api/rum-metrics',
        method: 'POST',
        headers,
      });
      outgoing.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', () => resolve(0));
      });
      outgoing.on('error', () => resolve(0));
      outgoing.end(body);
    });
  }
}
