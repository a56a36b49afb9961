import { findMetric, type ProjectConfig } from '#contracts';
import { type DimensionCaps, overflow } from '../dimension-caps.ts';
import { type Draft, type DraftEvent, noteAdjusted } from '../draft.ts';
import { routeOf } from '../route-name.ts';

/** Gives every event a route of few possible values, and holds every dimension to its cap. */
export function nameRoute(draft: Draft, caps: DimensionCaps): Draft {
  if (limitWeight(draft, caps)) noteAdjusted(draft, 'cardinality_limited');
  for (const event of draft.events) {
    event.route = nameOf(event, draft.access.project);
    if (limitDimensions(event, draft, caps)) noteAdjusted(draft, 'cardinality_limited');
  }
  return draft;
}

/** A project has a few sampling rates. Whoever sends a new one each time would make as many rows of every rollup. */
const exactWeights = 20;

/** Weights beyond the day's first ones are rounded to one digit: nine values a decade. */
function limitWeight(draft: Draft, caps: DimensionCaps): boolean {
  const { weight, access, arrival } = draft;
  if (caps.admit(access.project.id, 'weight', String(weight), arrival.receivedAt, exactWeights) !== overflow) return false;
  draft.weight = Number(weight.toPrecision(1));
  return draft.weight !== weight;
}

function nameOf(event: DraftEvent, project: ProjectConfig): string {
  const named = event.route || event.metric.url || '';
  if (named === '' || named.startsWith('about:')) return event.tool === 'unknown' ? 'unknown' : event.tool;
  return routeOf(named, project.routes);
}

function limitDimensions(event: DraftEvent, draft: Draft, caps: DimensionCaps): boolean {
  const tenant = draft.access.project.id;
  let limited = false;
  for (const dimension of ['name', 'route', 'tool', 'app', 'env', 'release'] as const) {
    if (dimension === 'name' && findMetric(event.name)) continue;
    const kept = caps.admit(tenant, dimension, event[dimension], draft.arrival.receivedAt);
    if (kept === overflow && event[dimension] !== overflow) limited = true;
    event[dimension] = kept;
  }
  return limited;
}
