import type { BeaconMetric, CommonFields } from '#contracts';
import type { Draft, Source } from '../draft.ts';

/** The source of a metric: the last one where it says the same. */
export function sourceOf(metric: BeaconMetric, draft: Draft): Source {
  const common = draft.beacon.common ?? nothing;
  const last = draft.sources.at(-1);
  if (last && saysTheSame(metric, common, last.said)) return last;
  const source = newSource(metric, common);
  draft.sources.push(source);
  return source;
}

const nothing: CommonFields = {};

function saysTheSame(metric: BeaconMetric, common: CommonFields, said: CommonFields): boolean {
  return (
    (metric.appId ?? common.appId) === said.appId &&
    (metric.environment ?? common.environment) === said.environment &&
    (metric.release ?? common.release) === said.release &&
    (metric.sessionId ?? common.sessionId) === said.sessionId &&
    (metric.userId ?? common.userId) === said.userId &&
    (metric.userAgent ?? common.userAgent) === said.userAgent &&
    (metric.route ?? common.route) === said.route &&
    (metric.url ?? common.url) === said.url &&
    isSameConnection(metric.connection ?? common.connection, said.connection)
  );
}

function isSameConnection(one: CommonFields['connection'], other: CommonFields['connection']): boolean {
  return one === other || (one?.effectiveType === other?.effectiveType && one?.downlink === other?.downlink && one?.rtt === other?.rtt);
}

function newSource(metric: BeaconMetric, common: CommonFields): Source {
  const said: CommonFields = {
    appId: metric.appId ?? common.appId,
    environment: metric.environment ?? common.environment,
    release: metric.release ?? common.release,
    sessionId: metric.sessionId ?? common.sessionId,
    userId: metric.userId ?? common.userId,
    userAgent: metric.userAgent ?? common.userAgent,
    route: metric.route ?? common.route,
    url: metric.url ?? common.url,
    connection: metric.connection ?? common.connection,
  };
  const { appId, environment, release, route, url } = said;
  const named = route || url || '';
  return {
    said,
    app: appId || 'unknown',
    env: environment || 'unknown',
    release: release ?? '',
    route: named.startsWith('about:') ? '' : named,
    scrubbed: false,
    limited: false,
  };
}
