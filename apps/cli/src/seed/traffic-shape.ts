/** What the seeded studio looks like: who visits, from where, with what, when, and how long things take. Times in ms. */

/** A choice and its share; shares add up to 1. */
export interface Share {
  readonly share: number;
}

interface Country extends Share {
  readonly code: string;
  /** Hours that its clocks are ahead of UTC. */
  readonly utcOffset: number;
  /** How much longer everything takes than in the best connected countries. */
  readonly slowness: number;
  /** Share of sessions on phones. */
  readonly mobile: number;
  /** Share of phones on 3g. */
  readonly thirdGeneration: number;
}

export const countries: readonly Country[] = [
  { code: 'US', share: 0.38, utcOffset: -6, slowness: 1, mobile: 0.42, thirdGeneration: 0.02 },
  { code: 'GB', share: 0.13, utcOffset: 0, slowness: 0.95, mobile: 0.44, thirdGeneration: 0.02 },
  { code: 'DE', share: 0.12, utcOffset: 1, slowness: 0.95, mobile: 0.4, thirdGeneration: 0.03 },
  { code: 'IN', share: 0.11, utcOffset: 5.5, slowness: 1.6, mobile: 0.78, thirdGeneration: 0.22 },
  { code: 'BR', share: 0.08, utcOffset: -3, slowness: 1.35, mobile: 0.7, thirdGeneration: 0.15 },
  { code: 'FR', share: 0.07, utcOffset: 1, slowness: 0.97, mobile: 0.43, thirdGeneration: 0.03 },
  { code: 'JP', share: 0.06, utcOffset: 9, slowness: 1.05, mobile: 0.55, thirdGeneration: 0.01 },
  { code: 'AU', share: 0.05, utcOffset: 10, slowness: 1.15, mobile: 0.48, thirdGeneration: 0.02 },
];

interface Client extends Share {
  readonly device: 'desktop' | 'mobile' | 'tablet';
  readonly browser: string;
  readonly version: string;
  readonly os: string;
  readonly slowness: number;
  /** Safari and Firefox do not tell what they are connected by. */
  readonly tellsConnection: boolean;
}

export const desktopClients: readonly Client[] = [
  { share: 0.47, device: 'desktop', browser: 'Chrome', version: '147', os: 'Windows', slowness: 1, tellsConnection: true },
  { share: 0.17, device: 'desktop', browser: 'Chrome', version: '147', os: 'macOS', slowness: 0.85, tellsConnection: true },
  { share: 0.16, device: 'desktop', browser: 'Safari', version: '26', os: 'macOS', slowness: 0.85, tellsConnection: false },
  { share: 0.13, device: 'desktop', browser: 'Microsoft Edge', version: '147', os: 'Windows', slowness: 1.05, tellsConnection: true },
  { share: 0.07, device: 'desktop', browser: 'Firefox', version: '149', os: 'Linux', slowness: 1.05, tellsConnection: false },
];

export const mobileClients: readonly Client[] = [
  { share: 0.44, device: 'mobile', browser: 'Safari', version: '26', os: 'iOS', slowness: 1.25, tellsConnection: false },
  { share: 0.42, device: 'mobile', browser: 'Chrome', version: '147', os: 'Android', slowness: 1.7, tellsConnection: true },
  {
    share: 0.06,
    device: 'mobile',
    browser: 'Samsung Internet for Android',
    version: '29',
    os: 'Android',
    slowness: 1.7,
    tellsConnection: true,
  },
  { share: 0.08, device: 'tablet', browser: 'Safari', version: '26', os: 'iOS', slowness: 1.2, tellsConnection: false },
];

/** Sessions that begin in each local hour, in proportion. */
const sessionsByHour = [
  0.9, 0.5, 0.3, 0.3, 0.4, 1.2, 3.1, 4.6, 5.2, 5.0, 4.9, 5.1, 5.9, 5.4, 4.8, 4.7, 5.2, 6.4, 7.3, 7.6, 7.0, 5.8, 3.9, 2.1,
];
const sessionsInAll = sessionsByHour.reduce((sum, sessions) => sum + sessions, 0);
export const hourShares: readonly Share[] = sessionsByHour.map((sessions) => ({ share: sessions / sessionsInAll }));

/** From Sunday, as `Date.getUTCDay` counts. */
export const weekdayFactors: readonly number[] = [0.68, 1.06, 1.04, 1.02, 1, 0.94, 0.76];
/** More visitors every day. */
export const dailyGrowth = 1.006;

export const agents = [
  { share: 0.962, name: 'browser' },
  { share: 0.014, name: 'headless' },
  { share: 0.024, name: 'bot' },
] as const;

export const navigations = [
  { share: 0.81, name: 'navigate' },
  { share: 0.06, name: 'reload' },
  { share: 0.07, name: 'back-forward' },
  { share: 0.06, name: 'back-forward-cache' },
] as const;

/** The widgets in ChatGPT, which report every session. */
export const widgetApp = {
  app: 'studio-widgets',
  share: 0.86,
  routes: [
    { share: 0.55, name: 'class-search', tools: ['search_classes', 'search_classes', 'search_classes', 'book_class'], paint: 1 },
    { share: 0.33, name: 'fitness-booking', tools: ['get_schedule', 'get_schedule', 'book_class', 'book_class'], paint: 0.9 },
    { share: 0.12, name: 'profile-update', tools: ['update_profile'], paint: 0.75 },
  ],
} as const;

/** The studio's website, which samples one session in four. */
export const websiteApp = {
  app: 'studio-site',
  weight: 4,
  routes: [
    { share: 0.5, name: '/', paint: 1.1 },
    { share: 0.3, name: '/classes/:id', paint: 1.25 },
    { share: 0.2, name: '/pricing', paint: 0.9 },
  ],
} as const;

/** Median and spread (standard deviation of the logarithm) of log-normal durations. */
export const durations = {
  firstByte: { median: 260, spread: 0.5 },
  firstPaint: { median: 420, spread: 0.4 },
  largestPaint: { median: 620, spread: 0.55 },
  interaction: { median: 78, spread: 0.75 },
  bootstrap: { median: 170, spread: 0.5 },
  toolWait: { median: 520, spread: 0.6 },
  render: { median: 380, spread: 0.5 },
  longTask: { median: 55, spread: 0.8 },
} as const;

export const tools = [
  { name: 'search_classes', median: 420, bytes: 9_000 },
  { name: 'book_class', median: 560, bytes: 1_400 },
  { name: 'get_schedule', median: 280, bytes: 14_000 },
  { name: 'update_profile', median: 360, bytes: 700 },
] as const;
export const toolSpread = 0.55;

export const rates = {
  /** A call that throws or answers isError. */
  toolError: 0.012,
  /** Views with a JavaScript error. */
  jsError: 0.009,
  /** Views in which somebody clicks or types. */
  interaction: 0.72,
  /** Views that move nothing. */
  still: 0.38,
  /** Views that come from a cold cache or a congested network, and take this much longer. */
  cold: 0.07,
  coldFactor: 2.4,
  /** Sessions whose person asked not to be tracked. */
  private: 0.04,
  signedIn: 0.35,
  staging: 0.02,
} as const;

export const errorMessages = [
  { share: 0.5, name: "TypeError: Cannot read properties of undefined (reading 'slots')" },
  { share: 0.3, name: 'ReferenceError: openai is not defined' },
  { share: 0.2, name: 'Error: the host did not answer within 10000 ms' },
] as const;
