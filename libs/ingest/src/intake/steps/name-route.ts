import { findMetric, type ProjectConfig } from '#contracts';
import { type DimensionCaps, overflow } from '../dimension-caps.ts';
import { type Draft, type DraftEvent, noteAdjusted } from '../draft.ts';
import { routeOf } from '../route-name.ts';

/** Gives every event a route of few possible values, and holds every dimension to its cap. */
export function nameRoute(draft: Draft, caps: DimensionCaps): Draft {
  for (const event of draft.events) {
    event.route = nameOf(event, draft.access.project);
    if (limitDimensions(event, draft, caps)) noteAdjusted(draft, 'cardinality_limited');
  }
  return draft;
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
