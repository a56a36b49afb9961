import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Capture } from '../metric.ts';
import type { Answer, Transport } from './transports.ts';

// Real time must pass for retries, but it need not be long.
const config = { retryDelay: 1, flushCount: 3 };

interface Sent {
  body: { common?: object; metrics: Capture[]; beaconId: string; seq: number; timestamp: number };
  leaving: boolean;
}

/** A way out that keeps what it was given and answers what it is told, in order; then 204. */
class RecordingTransport implements Transport {
  readonly sent: Sent[] = [];
  readonly _origin: string;
  constructor(
    private readonly answers: (Answer | Error)[] = [],
    origin = 'https://intake.example',
  ) {
    this._origin = origin;
  }
  async _send(body: string, leaving: boolean): Promise<Answer> {
    this.sent.push({ body: JSON.parse(body), leaving });
    const answer = this.answers.shift() ?? { ok: true, status: 204 };
    if (answer instanceof Error) throw answer;
    return answer;
  }
  values(): number[] {
    return this.sent.flatMap(({ body }) => body.metrics.map(({ value }) => value));
  }
}

const offline = new TypeError('Failed to fetch');
const later = (retryAfter?: string): Answer => ({ status: 503, headers: new Headers(retryAfter ? { 'retry-after': retryAfter } : {}) });
const metric = (value: number, more: Partial<Capture> = {}): Capture => ({ name: 'cart', value, ...more });
const settled = () => new Promise((resolve) => setTimeout(resolve));
async function until(holds: () => boolean) {
  for (const end = Date.now() + 5_000; !holds(); await settled()) if (Date.now() > end) throw new Error('waited in vain');
}

describe('the outbox', () => {
  let outbox: typeof import('./outbox.ts');

  async function open(...transports: Transport[]) {
    outbox.openOutbox(transports, { sdk: 'test' });
  }

  // Its state is the module's, so each test gets a module of its own.
  beforeEach(async () => {
    jest.resetModules();
    (await import('../config.ts')).configure(config, true);
    (await import('../identity/session.ts')).openSession(1, undefined, false);
    outbox = await import('./outbox.ts');
  });

  afterEach(() => outbox.stopSending());

  describe('queue', () => {
    it('leaves when it has the number asked for', async () => {
      const transport = new RecordingTransport();
      await open(transport);
      outbox.put(metric(1));
      outbox.put(metric(2));
      expect(transport.sent).toEqual([]);
      outbox.put(metric(3));
      expect(transport.values()).toEqual([1, 2, 3]);
    });

    it('replaces a metric of the same key', async () => {
      const transport = new RecordingTransport();
      await open(transport);
      outbox.put(metric(1), 'a');
      outbox.put(metric(2), 'a');
      outbox.flush();
      expect(transport.values()).toEqual([2]);
    });

    it('a first report overtaken by an update stays a first report, exactly', async () => {
      const transport = new RecordingTransport();
      await open(transport);
      outbox.put(metric(0.03, { id: 'v', delta: 0.03 }), 'v');
      // 0.03 + (0.29 - 0.03) is not 0.29.
      outbox.put(metric(0.29, { id: 'v', delta: 0.29 - 0.03 }), 'v');
      outbox.flush();
      expect(transport.sent[0]?.body.metrics[0]).toMatchObject({ value: 0.29, delta: 0.29 });
    });

    it('an update overtaken by another spans both', async () => {
      const transport = new RecordingTransport();
      await open(transport);
      outbox.put(metric(200, { id: 'v', delta: 40 }), 'v');
      outbox.put(metric(260, { id: 'v', delta: 60 }), 'v');
      outbox.flush();
      expect(transport.sent[0]?.body.metrics[0]).toMatchObject({ value: 260, delta: 100 });
    });

    it('a report after its predecessor has left is passed as it came', async () => {
      const transport = new RecordingTransport();
      await open(transport);
      outbox.put(metric(200, { id: 'v', delta: 200 }), 'v');
      outbox.flush();
      await settled();
      outbox.put(metric(260, { id: 'v', delta: 60 }), 'v');
      outbox.flush();
      expect(transport.sent[1]?.body.metrics[0]).toMatchObject({ value: 260, delta: 60 });
    });

    it('counts repeats', async () => {
      const transport = new RecordingTransport();
      await open(transport);
      for (let i = 0; i < 5; i++) outbox.put(metric(1, { attributes: { count: 1 } }), 'error');
      outbox.flush();
      expect(transport.sent[0]?.body.metrics[0]?.attributes).toEqual({ count: 5 });
    });

    it('metrics that have something else in common leave apart, in order, and none replaces one of the others', async () => {
      const transport = new RecordingTransport();
      await open(transport);
      const [before, after] = [{ route: 'a' }, { route: 'b' }];
      outbox.put(metric(1), 'key', before);
      outbox.put(metric(2), 'other', before);
      outbox.put(metric(3), 'key', after);
      outbox.flush();
      await settled();
      expect(transport.sent.map(({ body: { common, metrics } }) => [common, metrics.map(({ value }) => value)])).toEqual([
        [before, [1, 2]],
        [after, [3]],
      ]);
    });

    it('a metric larger than a batch is dropped, and the next one says so', async () => {
      const transport = new RecordingTransport();
      await open(transport);
      outbox.put(metric(1, { attributes: { text: 'é'.repeat(25_000) } }));
      outbox.put(metric(2));
      outbox.flush();
      expect(transport.sent[0]?.body.metrics).toEqual([metric(2, { attributes: { dropped: 1 } })]);
    });
  });

  describe('failure', () => {
    it('sends the same beacon again under the same id and number, with a new time', async () => {
      const transport = new RecordingTransport([offline, later()]);
      await open(transport);
      outbox.put(metric(1));
      outbox.flush();
      await until(() => transport.sent.length === 3);
      const [first, second, third] = transport.sent.map(({ body }) => body);
      expect([second?.beaconId, third?.beaconId]).toEqual([first?.beaconId, first?.beaconId]);
      expect([second?.seq, third?.seq]).toEqual([0, 0]);
      expect(third?.metrics).toEqual(first?.metrics);
      expect(third?.timestamp).toBeGreaterThan(first?.timestamp ?? Infinity);
    });

    it('collects on while it waits, and sends that as one batch', async () => {
      const transport = new RecordingTransport([offline]);
      await open(transport);
      outbox.put(metric(0));
      outbox.flush();
      for (let value = 1; value <= 40; value++) outbox.put(metric(value));
      await until(() => transport.values().length === 42);
      expect(transport.sent.map(({ body }) => body.metrics.length)).toEqual([1, 1, 40]);
    });

    it('a metric put after a failed attempt does not change the batch', async () => {
      const transport = new RecordingTransport([offline]);
      await open(transport);
      outbox.put(metric(1), 'a');
      outbox.flush();
      outbox.put(metric(2), 'a');
      outbox.flush();
      await until(() => transport.sent.length === 3);
      expect(transport.values()).toEqual([1, 1, 2]);
    });

    it.each([408, 429, 500, 503])('%d comes again', async (status) => {
      const transport = new RecordingTransport([{ status }]);
      await open(transport);
      outbox.put(metric(1));
      outbox.flush();
      await until(() => transport.sent.length === 2);
      expect(transport.values()).toEqual([1, 1]);
    });

    it.each([400, 401, 404, 413])('%d is given up and counted', async (status) => {
      const transport = new RecordingTransport([{ status }]);
      await open(transport);
      outbox.put(metric(1));
      outbox.flush();
      await settled();
      outbox.put(metric(2));
      outbox.flush();
      await until(() => transport.sent.length === 2);
      expect(transport.sent[1]?.body.metrics).toEqual([metric(2, { attributes: { dropped: 1 } })]);
    });

    it('holds 16 batches, gives up the oldest and counts them', async () => {
      const transport = new RecordingTransport([later('3600')]);
      await open(transport);
      outbox.put(metric(-1));
      outbox.flush();
      await settled();
      for (let value = 0; value < 2_000; value++) outbox.put(metric(value));
      outbox.flush(outbox.leaving);
      expect(transport.values().slice(1)).toEqual(Array.from({ length: 1_600 }, (_, index) => index + 400));
      const counts = transport.sent.flatMap(({ body }) => body.metrics.map(({ attributes }) => Number(attributes?.dropped ?? 0)));
      expect(Math.max(...counts)).toBe(401);
    });
  });

  describe('leaving', () => {
    it('sends everything at once, a pause or not', async () => {
      const transport = new RecordingTransport([later('3600')]);
      await open(transport);
      outbox.put(metric(1));
      outbox.flush();
      await settled();
      outbox.put(metric(2));
      outbox.flush(outbox.everything);
      expect(transport.values()).toEqual([1]);
      outbox.flush(outbox.leaving);
      expect(transport.sent.slice(1).map(({ leaving }) => leaving)).toEqual([true, true]);
      expect(transport.values()).toEqual([1, 1, 2]);
    });
  });

  describe('several transports', () => {
    it('two failures in a row make way for the next', async () => {
      const [first, second] = [new RecordingTransport([offline, offline]), new RecordingTransport([], 'https://app.example')];
      await open(first, second);
      outbox.put(metric(1));
      outbox.flush();
      await until(() => second.sent.length === 1);
      expect(first.sent).toHaveLength(2);
      expect(second.sent[0]?.body.beaconId).toBe(first.sent[0]?.body.beaconId);
    });

    it('a server that answers keeps its transport', async () => {
      const [first, second] = [new RecordingTransport([later(), later(), later()]), new RecordingTransport([], 'https://app.example')];
      await open(first, second);
      outbox.put(metric(1));
      outbox.flush();
      await until(() => first.sent.length === 4);
      expect(second.sent).toEqual([]);
    });

    it('a blocked origin is left for good, and its batch goes the next way at once', async () => {
      const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
      const [first, second] = [new RecordingTransport([later('3600')]), new RecordingTransport([], 'https://app.example')];
      await open(first, second);
      outbox.put(metric(1));
      outbox.flush();
      await settled();
      outbox.block('https://elsewhere.example');
      expect(second.sent).toEqual([]);
      outbox.block('https://intake.example');
      expect(second.values()).toEqual([1]);
      expect(warn.mock.calls).toEqual([['[beaconhouse] CSP blocks beacons, add: connectDomains: ["https://intake.example"]']]);
      warn.mockRestore();
    });
  });
});
