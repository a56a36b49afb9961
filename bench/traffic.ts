import { Random } from './random.ts';

/** What the browser SDK says once in a beacon; see libs/sdk-browser. */
interface SentCommon {
  readonly appId: string;
  readonly environment: string;
  readonly release: string;
  readonly sessionId: string;
  readonly userId?: string | undefined;
  readonly route: string;
  readonly userAgent: string;
  readonly connection: { effectiveType: string; downlink: number; rtt: number } | undefined;
}

/** A metric as the browser SDK puts it into a beacon. */
export interface SentMetric {
  readonly name: string;
  readonly value: number;
  readonly rating?: string;
  readonly delta?: number;
  readonly id?: string;
  readonly navigationType?: string;
  readonly attribution?: Readonly<Record<string, string | number>>;
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly widgetContext?: { toolName: string; renderTime: number; responseBytes?: number; tokenCount?: number; widgetSessionId?: string };
  readonly timestamp: number;
}

/** A metric with all that is said of it. */
export type FullMetric = SentCommon & SentMetric;

export interface SentBeacon {
  readonly common: SentCommon;
  readonly metrics: readonly SentMetric[];
  readonly sampleRate: number;
  readonly sdk: string;
  readonly beaconId: string;
  readonly seq: number;
  readonly timestamp: number;
}

const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome';
const userAgents = [
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome}/142.0.0.0 Safari/537.36`,
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
  `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${chrome}/142.0.0.0 Safari/537.36`,
  `Mozilla/5.0 (Linux; Android 10; K) ${chrome}/142.0.0.0 Mobile Safari/537.36`,
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome}/141.0.0.0 Safari/537.36`,
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome}/142.0.0.0 Safari/537.36 Edg/142.0.0.0`,
  `Mozilla/5.0 (X11; Linux x86_64) ${chrome}/142.0.0.0 Safari/537.36`,
  'Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
];
const apps = ['fitness-booking', 'class-search', 'profile-update'];
const tools = ['search_classes', 'book_class', 'get_profile', 'update_profile', 'list_studios', 'cancel_booking'];
const routes = [
  'class-list',
  'class-detail',
  'checkout',
  'profile',
  'schedule',
  'studio',
  'search',
  'membership',
  'settings',
  'confirmation',
];
const targets = [
  '#root>main>section.hero>img',
  'div.class-card>img.cover',
  '#root>main>h1.title',
  'div.results>ul.class-results',
  '#map>canvas',
];
const buttons = ['#search-button', 'div.class-card>button.book-button', '#search-input', 'form.profile>button.save', 'nav>a.tab'];
const images = [
  'https://cdn.example.com/hero.webp',
  'https://cdn.example.com/classes/yoga.webp',
  'https://cdn.example.com/classes/spin.webp',
];
const releases = ['4.12.1', '4.12.0', '4.11.3'];

interface Session {
  readonly id: string;
  readonly user: string | undefined;
  readonly app: string;
  readonly environment: string;
  readonly release: string;
  readonly userAgent: string;
  readonly connection: SentCommon['connection'];
  /** How slow this person's device and network are. */
  readonly slowness: number;
  seq: number;
}

type Capture = Pick<SentMetric, 'name' | 'value'> & Partial<SentMetric>;

export const fullMetrics = ({ common, metrics }: SentBeacon): FullMetric[] => metrics.map((metric) => ({ ...common, ...metric }));

/** Sessions in parallel, each sending one beacon of ten metrics a page view, as `flushCount: 10` makes the SDK do. */
export class Traffic {
  readonly #random: Random;
  readonly #sessions: Session[] = [];
  readonly #attribution: boolean;

  constructor(options: { seed: number; sessions: number; attribution?: boolean }) {
    this.#random = new Random(options.seed);
    this.#attribution = options.attribution ?? true;
    for (let n = 0; n < options.sessions; n += 1) this.#sessions.push(this.#newSession());
  }

  /** The next beacon, sent at `now`, milliseconds since 1970. */
  nextBeacon(now: number): SentBeacon {
    const at = Math.floor(this.#random.next() * this.#sessions.length);
    const session = this.#sessions[at]!;
    if (this.#random.chance(0.3)) this.#sessions[at] = this.#newSession();
    const route = this.#random.pick(routes);
    const captures = this.#pageView(session.slowness);
    let timestamp = now - this.#random.between(8_000, 25_000);
    const metrics = captures.map(({ attribution, ...capture }): SentMetric => {
      timestamp = Math.min(now, timestamp + this.#random.duration(700, 0.8));
      return { ...capture, ...(this.#attribution && attribution && { attribution }), timestamp: Math.round(timestamp) };
    });
    const { id: sessionId, user: userId, app: appId, environment, release, userAgent, connection } = session;
    const common: SentCommon = { appId, environment, release, route, sessionId, userId, userAgent, connection };
    const beaconId = this.#beaconId(now);
    return { metrics, timestamp: now, common, beaconId, seq: session.seq++, sampleRate: 1, sdk: 'beaconhouse-browser/0.1.0' };
  }

  /** Ten metrics, in the order a widget produces them. */
  #pageView(slowness: number): Capture[] {
    const random = this.#random;
    const time = (median: number, spread: number) => this.#browserTime(random.duration(median * slowness, spread));
    const tool = random.pick(tools, 0.7);
    const firstByte = time(210, 0.7);
    const firstPaint = firstByte + time(420, 0.5);
    const largestPaint = firstPaint + time(500, 0.8);
    const paintParts = this.#milliseconds({ timeToFirstByte: firstByte, firstByteToFCP: firstPaint - firstByte });
    return [
      this.#vital('TTFB', firstByte, this.#firstByteParts(firstByte)),
      this.#vital('FCP', firstPaint, { loadState: 'dom-interactive', ...paintParts }),
      { name: 'widget-bootstrap', value: time(160, 0.6) },
      { name: 'widget-tool-wait', value: time(350, 0.8) },
      this.#toolCall(tool, time(620, 0.6)),
      this.#render(tool, time(130, 0.7)),
      this.#vital('LCP', largestPaint, this.#largestPaintParts(firstByte, largestPaint)),
      this.#interaction(8 * Math.round(random.duration(72 * slowness, 0.7) / 8)),
      random.chance(0.1)
        ? { name: 'long-task', value: time(90, 0.5), attributes: { context: 'self' } }
        : this.#toolCall(tool, time(620, 0.6)),
      random.chance(0.5) ? this.#vital('CLS', 0, { loadState: 'complete' }) : this.#vital('CLS', random.duration(0.04, 1.1), this.#shift()),
    ];
  }

  #vital(name: string, value: number, attribution: SentMetric['attribution'] & object): Capture {
    const id = `v6-${1_760_000_000_000 + Math.floor(this.#random.next() * 1e10)}-${Math.floor(1e12 * (1 + 9 * this.#random.next()))}`;
    return {
      name,
      value,
      rating: 'good',
      delta: value,
      id,
      navigationType: this.#random.pick(['navigate', 'reload', 'back-forward'], 0.15),
      attribution,
    };
  }

  #toolCall(toolName: string, value: number): Capture {
    const random = this.#random;
    const responseBytes = Math.round(random.duration(6_000, 0.9));
    const failed = random.chance(0.02);
    return {
      name: failed ? 'mcp-tool-error' : 'mcp-tool-execution',
      value,
      rating: failed ? 'poor' : 'good',
      traceId: random.hex(32),
      spanId: random.hex(16),
      widgetContext: { toolName, renderTime: value, responseBytes, tokenCount: Math.ceil(responseBytes / 4) },
      ...(failed && { attributes: { failure: 'isError' } }),
    };
  }

  #render(tool: string, value: number): Capture {
    const attributes = { measure: `widget-render-${tool}` };
    return { name: 'widget-render-time', value, rating: 'good', attributes, widgetContext: { toolName: tool, renderTime: value } };
  }

  #interaction(value: number): Capture {
    const random = this.#random;
    const [delay, work] = [value * random.between(0.05, 0.3), value * random.between(0.2, 0.5)];
    const parts = this.#milliseconds({ inputDelay: delay, processingDuration: work, presentationDelay: value - delay - work });
    return this.#vital('INP', value, {
      interactionTarget: random.pick(buttons, 0.6),
      interactionType: 'pointer',
      loadState: 'complete',
      ...parts,
    });
  }

  #firstByteParts(value: number): Record<string, number> {
    const reused = this.#random.chance(0.6);
    const [waiting, dns, connection] = reused ? [2, 0, 0] : [2, this.#random.between(1, 20), this.#random.between(10, 60)];
    const requestDuration = Math.max(0, value - waiting! - dns! - connection!);
    return this.#milliseconds({
      waitingDuration: waiting!,
      cacheDuration: 0,
      dnsDuration: dns!,
      connectionDuration: connection!,
      requestDuration,
    });
  }

  #largestPaintParts(timeToFirstByte: number, value: number): Record<string, string | number> {
    const rest = value - timeToFirstByte;
    const [delay, load] = [rest * this.#random.between(0.1, 0.4), rest * this.#random.between(0.1, 0.4)];
    const parts = { timeToFirstByte, resourceLoadDelay: delay, resourceLoadDuration: load, elementRenderDelay: rest - delay - load };
    return { target: this.#random.pick(targets, 0.6), url: this.#random.pick(images, 0.6), ...this.#milliseconds(parts) };
  }

  #shift(): Record<string, string | number> {
    const largest = { largestShiftValue: this.#random.duration(0.03, 1), largestShiftTime: this.#random.duration(900, 0.6) };
    return { loadState: 'complete', largestShiftTarget: this.#random.pick(targets, 0.6), ...this.#milliseconds(largest) };
  }

  /** Browsers give times in steps of 0.1 ms to pages that are not cross-origin isolated. */
  #milliseconds(values: Record<string, number>): Record<string, number> {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.round(value * 10) / 10]));
  }

  /** Chromium's times are tenths of a millisecond, and every other one carries the noise of a sum of doubles (seen in 156). */
  #browserTime(value: number): number {
    const noise = this.#random.chance(0.5) ? 0 : Math.ceil(this.#random.next() * 3) * 1.862645149230957e-10;
    return Math.round(value * 10) / 10 + noise;
  }

  #newSession(): Session {
    const random = this.#random;
    const userAgent = random.pick(userAgents, 0.75);
    const chromium = userAgent.includes('Chrome');
    const fast = { effectiveType: '4g', downlink: random.pick([10, 8.35, 5.1, 3.2], 0.4), rtt: random.pick([50, 100, 0, 150], 0.4) };
    const connection = random.chance(0.9) ? fast : { effectiveType: '3g', downlink: 1.4, rtt: 300 };
    return {
      id: random.hex(32),
      user: random.chance(0.4) ? `user-${Math.floor(random.next() * 50_000)}` : undefined,
      app: random.pick(apps, 0.4),
      environment: random.chance(0.95) ? 'production' : 'staging',
      release: random.pick(releases, 0.2),
      userAgent,
      connection: chromium ? connection : undefined,
      slowness: random.duration(1, 0.35),
      seq: 0,
    };
  }

  /** UUIDv7. */
  #beaconId(now: number): string {
    const time = now.toString(16).padStart(12, '0');
    const hex = this.#random.hex(18);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-a${hex.slice(3, 6)}-${hex.slice(6)}`;
  }
}
