import type { AssertionBounds } from '../assertions/assertion.ts';
import { goneAudits, knownAudits } from './known-audits.ts';

export const presetNames = ['lighthouse:all', 'lighthouse:recommended', 'lighthouse:no-pwa'] as const;
export type PresetName = (typeof presetNames)[number];

export interface PresetEntry {
  readonly level: 'off' | 'warn' | 'error';
  readonly bounds: AssertionBounds;
}

const words = (text: string) => text.trim().split(/\s+/);

/** Younger than the presets: no preset names them. */
const younger = new Set(
  words(`
agent-accessibility-tree ard-schema autocomplete-valid baseline custom-controls-labels custom-controls-roles focus-traps focusable-controls
inp-breakdown-insight interactive-element-affordance lcp-breakdown-insight llms-txt logical-tab-order managed-focus offscreen-content-hidden
presentation-role-conflict structured-data svg-img-alt trusted-types-xss use-landmarks visual-order-follows-dom webmcp-form-coverage
webmcp-registered-tools webmcp-schema-validity`),
);

/** Tell something, and have no score that anybody could be held to. */
const informative = words(`
interaction-to-next-paint uses-responsive-images-snapshot work-during-interaction critical-request-chains final-screenshot js-libraries
largest-contentful-paint-element layout-shifts main-thread-tasks network-requests network-rtt network-server-latency resource-summary
screenshot-thumbnails script-treemap-data third-party-summary total-blocking-time user-timings diagnostics metrics`);

/** Where `lighthouse:recommended` is milder than `lighthouse:all`: what varies from run to run, and what a development server seldom does. */
const milder: Readonly<Record<string, string>> = {
  warn: `bootup-time cumulative-layout-shift first-contentful-paint first-meaningful-paint largest-contentful-paint mainthread-work-breakdown
    max-potential-fid speed-index interactive dom-size-insight dom-size is-on-https server-response-time`,
  'warn empty': `duplicated-javascript legacy-javascript cache-insight modern-image-formats render-blocking-insight render-blocking-resources
    uses-long-cache-ttl`,
  'error empty': `efficient-animated-content offscreen-images unminified-css unminified-javascript unused-css-rules unused-javascript
    uses-optimized-images uses-rel-preconnect uses-responsive-images uses-text-compression`,
  off: 'uses-http2 long-tasks',
};

const entries = (ids: readonly string[], level: PresetEntry['level'], bounds: AssertionBounds = {}) =>
  ids.map((id) => [id, { level, bounds }] as const);

const levelsOf: Readonly<Record<PresetName, () => readonly (readonly [string, PresetEntry])[]>> = {
  'lighthouse:all': () => [
    ...entries(
      [...knownAudits, ...goneAudits].filter((id) => !younger.has(id)),
      'error',
    ),
    ...entries(informative, 'off'),
  ],
  'lighthouse:recommended': () => [
    ...levelsOf['lighthouse:all'](),
    ...Object.entries(milder).flatMap(([how, ids]) => {
      const [level = '', empty] = how.split(' ');
      return entries(words(ids), level as PresetEntry['level'], empty === undefined ? {} : { maxLength: 0 });
    }),
  ],
  'lighthouse:no-pwa': () => [...levelsOf['lighthouse:recommended'](), ...entries(['is-on-https', 'viewport'], 'off')],
};

/** What Lighthouse CI's preset of this name holds pages to, by audit: https://github.com/GoogleChrome/lighthouse-ci/tree/main/packages/utils/src/presets */
export const presetOf = (name: PresetName): ReadonlyMap<string, PresetEntry> => new Map(levelsOf[name]());
