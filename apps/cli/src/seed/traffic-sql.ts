import { metricCatalogue } from '#contracts';
import type { SeededStory } from './planted-regressions.ts';
import { at, exponential, literal, logNormal, normal, pick, uniform } from './sql-expression.ts';
import * as shape from './traffic-shape.ts';

const dayMs = 86_400_000;
const { widgetApp, websiteApp, durations, rates, countries, desktopClients, mobileClients } = shape;
const names = (choices: readonly { readonly name: string }[]) => choices.map(({ name }) => name);

/** Sessions `first ..` of one day: who, when, with which release. */
function sessions({ releases }: SeededStory): string {
  const country = (key: 'code' | 'utcOffset' | 'slowness' | 'mobile' | 'thirdGeneration') =>
    at(
      countries.map((each) => each[key]),
      'place',
    );
  const client = (key: 'device' | 'browser' | 'version' | 'os' | 'slowness' | 'tellsConnection') =>
    `if(phone, ${at(
      mobileClients.map((each) => each[key]),
      'mobile_client',
    )}, ${at(
      desktopClients.map((each) => each[key]),
      'desktop_client',
    )})`;
  return `SELECT {first:UInt64} + number AS n, cityHash64({seed:UInt64}, {day:UInt32}, n) AS s,
    ${pick(countries, 's', 'country')} AS place, ${country('code')} AS country, ${country('slowness')} AS distance,
    ${uniform('s', 'phone')} < ${country('mobile')} AS phone,
    ${pick(desktopClients, 's', 'desktop')} AS desktop_client, ${pick(mobileClients, 's', 'mobile')} AS mobile_client,
    ${client('browser')} AS browser, ${client('version')} AS browser_version, ${client('os')} AS os, ${client('slowness')} AS machine,
    ${at(names(shape.agents), pick(shape.agents, 's', 'agent'))} AS agent, if(agent = 'bot', 'bot', ${client('device')}) AS device,
    phone AND ${uniform('s', 'network')} < ${country('thirdGeneration')} AS slow_network,
    if(${client('tellsConnection')} = 1, if(slow_network, '3g', '4g'), '') AS connection,
    positiveModulo((${pick(shape.hourShares, 's', 'hour')} - 1 + ${uniform('s', 'minute')} - ${country('utcOffset')}) * 3600000, ${dayMs}) AS in_day,
    toInt64({day:UInt32}) * ${dayMs} + toInt64(in_day) AS started,
    ${at(
      releases.map(({ release }) => release),
      `greatest(1, arrayLastIndex(live -> live <= started - 9000000 * ${exponential('s', 'adoption')}, [${releases.map((each) => each.at).join(', ')}]))`,
    )} AS release,
    ${uniform('s', 'app')} < ${widgetApp.share} AS in_widget,
    if(${uniform('s', 'env')} < ${rates.staging}, 'staging', 'production') AS env,
    ${uniform('s', 'private')} < ${rates.private} AS objected,
    if(objected, 0, cityHash64(s, 'session')) AS session_id,
    if(objected OR ${uniform('s', 'known')} >= ${rates.signedIn}, 0, cityHash64({seed:UInt64}, 'user', toUInt32(20000 * pow(${uniform('s', 'who')}, 1.7)))) AS user_hash,
    toUInt8(1 + least(4, floor(1.1 * ${exponential('s', 'views')}))) AS views
  FROM numbers({sessions:UInt64})`;
}

/** Views of those sessions: which page, and how its parts went. `net` and `cpu` slow a whole view down together. */
function views(story: SeededStory): string {
  const widget = pick(widgetApp.routes, 'v', 'widget');
  const page = pick(websiteApp.routes, 'v', 'page');
  const { largestPaint } = story;
  const regressed = `release = ${literal(largestPaint.release ?? '')} AND device = 'mobile' AND route = 'class-search'`;
  return `SELECT *, view, cityHash64(s, view) AS v, ${widget} AS widget, ${page} AS page,
    if(in_widget, ${at(names(widgetApp.routes), 'widget')}, ${at(names(websiteApp.routes), 'page')}) AS route,
    if(in_widget, ${at(
      widgetApp.routes.map(({ paint }) => paint),
      'widget',
    )}, ${at(
      websiteApp.routes.map(({ paint }) => paint),
      'page',
    )}) AS weight_of_page,
    started + toInt64(view * 45000 + 20000 * ${uniform('v', 'begin')}) AS begun,
    exp(0.18 * ${normal('v', 'mood')}) * if(${uniform('v', 'cold')} < ${rates.cold}, ${rates.coldFactor}, 1) AS mood,
    distance * if(slow_network, 2, 1) * mood AS net, machine * mood AS cpu,
    net * ${logNormal(durations.firstByte, 'v', 'ttfb')} AS ttfb,
    ttfb + sqrt(net) * cpu * ${logNormal(durations.firstPaint, 'v', 'fcp')} AS fcp,
    (fcp + sqrt(net) * cpu * weight_of_page * ${logNormal(durations.largestPaint, 'v', 'lcp')}) * if(${regressed}, ${largestPaint.factor}, 1) AS lcp,
    if(in_widget, toUInt8(least(3, floor(1.3 * ${exponential('v', 'calls')}))), 0) AS calls
  FROM (
  ${sessions(story)}
  ) ARRAY JOIN range(views) AS view`;
}

/** One thing that a view reports; `condition` says whether it does. */
const event = (metric: string, value: string, after: string, condition = '1', key = '', text = "''") =>
  `(${literal(metric)}, toFloat64(${value}), 'unknown', toFloat64(${after}), 0, ${literal(key)}, ${text}, toUInt8(${condition}))`;

/** Share of z at which the tail begins to stretch: the ninth decile; from the median up to there it stretches gradually. */
const ninthDecile = 1.2816;

function toolCalls({ bookClass }: SeededStory): string {
  const toolsOf = widgetApp.routes.map(({ tools }) => `[${tools.map(literal).join(', ')}]`).join(', ');
  const tool = `[${toolsOf}][widget][1 + cityHash64(v, call, 'tool') % length([${toolsOf}][widget])]`;
  const place = `indexOf([${names(shape.tools).map(literal).join(', ')}], ${tool})`;
  const z = normal('v, call', 'takes');
  const queues = `${tool} = 'book_class' AND begun >= ${bookClass.since}`;
  const stretch = `if(${queues}, 1 + ${bookClass.factor - 1} * least(1, greatest(0, ${z} / ${ninthDecile})), 1)`;
  return `arrayMap(call -> (
      if(${uniform('v, call', 'fails')} < ${rates.toolError}, 'mcp-tool-error', 'mcp-tool-execution'),
      ${at(
        shape.tools.map(({ median }) => median),
        place,
      )} * pow(net, 0.4) * exp(${shape.toolSpread} * ${z}) * ${stretch},
      ${tool}, toFloat64(lcp + 2500 + call * 6000 + 3000 * ${uniform('v, call', 'when')}),
      toUInt32(${at(
        shape.tools.map(({ bytes }) => bytes),
        place,
      )} * exp(0.5 * ${normal('v, call', 'bytes')})), '', '', toUInt8(1)), range(calls))`;
}

/** Everything a view reports, in the order it happens. */
function events(story: SeededStory): string {
  const message = at(names(shape.errorMessages), pick(shape.errorMessages, 'v', 'message'));
  const single = [
    event('TTFB', 'ttfb', 'ttfb'),
    event('FCP', 'fcp', 'fcp'),
    event('widget-bootstrap', `cpu * ${logNormal(durations.bootstrap, 'v', 'boot')}`, 'fcp', 'in_widget'),
    event('widget-tool-wait', `net * ${logNormal(durations.toolWait, 'v', 'wait')}`, 'lcp', 'in_widget'),
    event('widget-render-time', `cpu * ${logNormal(durations.render, 'v', 'render')}`, 'lcp', 'in_widget'),
    event('LCP', 'lcp', 'lcp', '1', 'target', `if(in_widget, '.class-card img', 'main > img.hero')`),
    event('long-task', `50 + cpu * ${logNormal(durations.longTask, 'v', 'task')}`, 'lcp', `${uniform('v', 'blocks')} < 0.18 * cpu`),
    event('js-error', '1', 'lcp + 4000', `${uniform('v', 'breaks')} < ${rates.jsError}`, 'message', message),
    event(
      'INP',
      `cpu * ${logNormal(durations.interaction, 'v', 'inp')}`,
      '30000',
      `${uniform('v', 'acts')} < ${rates.interaction}`,
      'interactionTarget',
      `'#search-button'`,
    ),
    event('CLS', `if(${uniform('v', 'still')} < ${rates.still}, 0, 0.04 * exp(1.1 * ${normal('v', 'cls')}))`, '30000'),
  ];
  return `SELECT *, arrayFilter(e -> e.8 = 1, arrayConcat([${single.join(',\n      ')}],
    ${toolCalls(story)})) AS happened
  FROM (
  ${views(story)}
  )`;
}

const rated = metricCatalogue.flatMap(({ name, thresholds }) => (thresholds ? [{ name, ...thresholds }] : []));
const limitOf = (bound: 'good' | 'poor') =>
  `transform(metric, [${rated.map(({ name }) => literal(name)).join(', ')}], [${rated.map((each) => each[bound]).join(', ')}], -1)`;

export const seededColumns = `tenant, app, env, metric, ts, received_at, value, rating, route, tool, release, country, device, browser,
  browser_version, os, agent, connection, nav_type, session_id, user_hash, trace_id, weight, response_bytes, attrs, src_partition, src_offset, src_index`;

/** Partition of events that no stream carried; no stream has so many. */
export const seededPartition = 65_535;

/**
 * Rows of `rum_events` for the sessions `first .. first + sessions` of a day, up to the instant `until`. Bound by
 * parameters: project, seed, day (since 1970), first, sessions, until. An event's offset names seed, day, session and view.
 */
export function trafficSelect(story: SeededStory): string {
  return `SELECT {project:String} AS tenant, if(in_widget, ${literal(widgetApp.app)}, ${literal(websiteApp.app)}) AS app, env, e.1 AS metric,
  fromUnixTimestamp64Milli(begun + toInt64(e.4), 'UTC') AS ts,
  least(ts + toIntervalMillisecond(toUInt32(300 + 9700 * ${uniform('v', 'sent')})), fromUnixTimestamp64Milli({until:Int64}, 'UTC')) AS received_at,
  round(e.2, if(metric = 'CLS', 4, 1)) AS value,
  multiIf(metric IN ('mcp-tool-error', 'js-error'), 'poor', ${limitOf('poor')} < 0, 'unknown', value <= ${limitOf('good')}, 'good',
    value <= ${limitOf('poor')}, 'needs-improvement', 'poor') AS rating,
  route, e.3 AS tool, release, country, device, browser, browser_version, os, agent, connection,
  ${at(names(shape.navigations), pick(shape.navigations, 'v', 'navigation'))} AS nav_type, session_id, user_hash,
  if(tool = 'unknown', toUUID('00000000-0000-0000-0000-000000000000'), UUIDNumToString(toFixedString(unhex(hex(sipHash128(v, place_in_view))), 16))::UUID) AS trace_id,
  if(in_widget, 1, ${websiteApp.weight}) AS weight, e.5 AS response_bytes,
  if(e.6 = '', CAST(map(), 'Map(String, String)'), map(e.6, e.7)) AS attrs, ${seededPartition} AS src_partition,
  bitShiftLeft(toUInt64({seed:UInt64} % 65536), 48) + bitShiftLeft(toUInt64({day:UInt32}), 32) + n * 8 + view AS src_offset, place_in_view - 1 AS src_index
FROM (
  ${events(story)}
) ARRAY JOIN happened AS e, arrayEnumerate(happened) AS place_in_view
WHERE ts < fromUnixTimestamp64Milli(least({until:Int64}, toInt64({day:UInt32} + 1) * ${dayMs}), 'UTC')`;
}
