import type { BeaconMetric } from '#contracts';
import { type Said, saidOf, textOf } from '../said.ts';

/** Attributes of a row that is one version of a view's value. */
export const viewAttributes = { view: 'dd.view', version: 'dd.version', isActive: 'dd.active' } as const;

const ms = (nanoseconds: unknown) => (typeof nanoseconds === 'number' ? nanoseconds / 1e6 : undefined);
const asItIs = (value: unknown) => (typeof value === 'number' ? value : undefined);

interface Vital {
  readonly name: string;
  readonly flat: string;
  /** Where versions 6 and 7 say it too. */
  readonly nested: readonly [string, string];
  readonly read: (value: unknown) => number | undefined;
}
const vitals: readonly Vital[] = [
  { name: 'LCP', flat: 'largest_contentful_paint', nested: ['lcp', 'timestamp'], read: ms },
  { name: 'FCP', flat: 'first_contentful_paint', nested: ['fcp', 'timestamp'], read: ms },
  { name: 'INP', flat: 'interaction_to_next_paint', nested: ['inp', 'duration'], read: ms },
  { name: 'CLS', flat: 'cumulative_layout_shift', nested: ['cls', 'score'], read: asItIs },
  { name: 'TTFB', flat: 'first_byte', nested: ['fb', 'timestamp'], read: ms },
];
const targets: Readonly<Record<string, readonly [field: string, attribute: string]>> = {
  LCP: ['largest_contentful_paint_target_selector', 'target'],
  INP: ['interaction_to_next_paint_target_selector', 'interactionTarget'],
  CLS: ['cumulative_layout_shift_target_selector', 'largestShiftTarget'],
};
const navigationTypes: Readonly<Record<string, string>> = {
  initial_load: 'navigate',
  bf_cache: 'back-forward-cache',
  route_change: 'soft-navigation',
};
/** No value ever equals it, so no version counts by itself: the last one does, once the view is over. */
const never = -1;

/**
 * The vitals of one version of a view: `view` says all of it, `view_update` what changed. The whole is sent again and again, and the highest
 * version is right; which one that is shows when nothing more comes (docs/decisions/0019).
 */
export function viewMetrics(event: Said, shared: Partial<BeaconMetric>): BeaconMetric[] {
  const [view, dd] = [saidOf(event.view), saidOf(event._dd)];
  const performance = saidOf(view.performance);
  const navigationType = navigationTypes[textOf(view.loading_type)];
  const versioned = {
    [viewAttributes.view]: textOf(view.id).slice(0, 64),
    [viewAttributes.version]: Number(dd.document_version) || 0,
    [viewAttributes.isActive]: view.is_active !== false,
  };
  return vitals.flatMap(({ name, flat, nested: [part, field], read }) => {
    const value = read(view[flat]) ?? read(saidOf(performance[part])[field]);
    if (value === undefined) return [];
    const [selector, attribute] = targets[name] ?? [];
    const target = selector === undefined ? '' : textOf(view[selector]);
    return [
      {
        ...{ ...shared, name, value, delta: never },
        ...(navigationType !== undefined && { navigationType }),
        attributes: { ...versioned, ...(target !== '' && { [attribute!]: target.slice(0, 2_048) }) },
      },
    ];
  });
}
