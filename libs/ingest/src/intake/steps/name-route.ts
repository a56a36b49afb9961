import { findMetric, type ProjectConfig } from '#contracts';
import { type DimensionCaps, overflow } from '../dimension-caps.ts';
import { type Draft, type DraftEvent, noteAdjusted, type Source } from '../draft.ts';
import { routeOf } from '../route-name.ts';

/** Gives every event a route of few possible values, and holds every dimension to its cap. */
export function nameRoute(draft: Draft, caps: DimensionCaps): Draft {
  if (limitWeight(draft, caps)) noteAdjusted(draft, 'cardinality_limited');
  const limit: Limit = (dimension, value) => caps.admit(draft.access.project.id, dimension, value, draft.arrival.receivedAt);
  for (const source of draft.sources) limitSource(source, draft.access.project, limit);
  for (const event of draft.events) if (limitEvent(event, limit) || event.source.limited) noteAdjusted(draft, 'cardinality_limited');
  return draft;
}

type Limit = (dimension: string, value: string) => string;

/** A project has a few sampling rates. Whoever sends a new one each time would make as many rows of every rollup. */
const exactWeights = 20;

/** Weights beyond the day's first ones are rounded to one digit: nine values a decade. */
function limitWeight(draft: Draft, caps: DimensionCaps): boolean {
  const { weight, access, arrival } = draft;
  if (caps.admit(access.project.id, 'weight', String(weight), arrival.receivedAt, exactWeights) !== overflow) return false;
  draft.weight = Number(weight.toPrecision(1));
  return draft.weight !== weight;
}

function limitSource(source: Source, project: ProjectConfig, limit: Limit): void {
  const { app, env, release } = source;
  const route = source.route && routeOf(source.route, project.routes);
  source.app = limit('app', app);
  source.env = limit('env', env);
  source.release = limit('release', release);
  source.route = route && limit('route', route);
  source.limited = source.app !== app || source.env !== env || source.release !== release || source.route !== route;
}

/** A page without name and address is known by its tool. */
function limitEvent(event: DraftEvent, limit: Limit): boolean {
  const { name, tool, source } = event;
  event.tool = limit('tool', tool);
  event.route = source.route || limit('route', tool);
  if (!findMetric(name)) event.name = limit('name', name);
  return event.tool !== tool || event.name !== name || (source.route === '' && event.route !== tool);
}
