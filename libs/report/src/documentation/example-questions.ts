/** A question worth asking, as people type it into the SQL port. The tests ask each of them over seeded traffic. */
export interface ExampleQuestion {
  readonly title: string;
  readonly sql: string;
}

/** Of the last day, as people browse: one value a page view, no robots. */
const people = "counted AND agent != 'bot' AND ts > now() - INTERVAL 1 DAY";

export const exampleQuestions: readonly ExampleQuestion[] = [
  {
    title: 'How are the vitals today? Sampled events count for those they stand for.',
    sql: `SELECT metric, quantileExactWeighted(0.75)(value, toUInt32(round(weight))) AS p75, count() AS samples, round(sum(weight)) AS events
FROM rum
WHERE metric IN ('LCP', 'INP', 'CLS', 'FCP', 'TTFB') AND ${people}
GROUP BY metric
ORDER BY metric`,
  },
  {
    title: 'Which share of page views is good, and which poor?',
    sql: `SELECT metric, round(sumIf(weight, rating = 'good') / sum(weight), 3) AS good, round(sumIf(weight, rating = 'poor') / sum(weight), 3) AS poor
FROM rum
WHERE rating != 'unknown' AND ${people}
GROUP BY metric
ORDER BY poor DESC`,
  },
  {
    title: 'On which pages and devices is LCP slow?',
    sql: `SELECT route, device, quantile(0.75)(value) AS p75, count() AS samples
FROM rum
WHERE metric = 'LCP' AND ${people}
GROUP BY route, device
HAVING samples >= 20
ORDER BY p75 DESC
LIMIT 10`,
  },
  {
    title: 'How did the slowest twentieth of the tool calls develop, hour by hour?',
    sql: `SELECT toStartOfHour(ts) AS hour, tool, quantile(0.95)(value) AS p95, count() AS calls
FROM rum
WHERE metric = 'mcp-tool-execution' AND ${people}
GROUP BY hour, tool
ORDER BY hour, tool`,
  },
  {
    title: 'Which share of the calls of each tool fails?',
    sql: `SELECT tool, round(100 * countIf(metric = 'mcp-tool-error') / count(), 2) AS error_percent, count() AS calls
FROM rum
WHERE metric IN ('mcp-tool-execution', 'mcp-tool-error') AND counted AND ts > now() - INTERVAL 7 DAY
GROUP BY tool
ORDER BY error_percent DESC`,
  },
  {
    title: 'Did a release change LCP on phones? A day before it went live against the day after.',
    sql: `SELECT deploys.release, deploys.at,
  quantileIf(0.75)(value, rum.ts < deploys.at) AS before, quantileIf(0.75)(value, rum.ts >= deploys.at) AS after,
  round(100 * (after / before - 1)) AS change_percent, count() AS samples
FROM rum
CROSS JOIN deploys
WHERE rum.metric = 'LCP' AND rum.device = 'mobile' AND rum.counted AND rum.agent != 'bot' AND deploys.project = rum.project AND deploys.app = rum.app
  AND rum.ts BETWEEN deploys.at - INTERVAL 1 DAY AND deploys.at + INTERVAL 1 DAY
GROUP BY deploys.release, deploys.at
ORDER BY deploys.at`,
  },
  {
    title: 'Is the last day worse than the same length of time a week before?',
    sql: `SELECT tool, quantileIf(0.95)(value, ts > now() - INTERVAL 1 DAY) AS now_p95,
  quantileIf(0.95)(value, ts < now() - INTERVAL 7 DAY) AS week_ago_p95, round(100 * (now_p95 / week_ago_p95 - 1)) AS change_percent
FROM rum
WHERE metric = 'mcp-tool-execution' AND counted AND agent != 'bot'
  AND (ts > now() - INTERVAL 1 DAY OR ts BETWEEN now() - INTERVAL 8 DAY AND now() - INTERVAL 7 DAY)
GROUP BY tool
ORDER BY change_percent DESC`,
  },
  {
    title: 'In which countries do people wait longest for the first byte?',
    sql: `SELECT country, quantile(0.75)(value) AS p75, uniq(session_id) AS sessions
FROM rum
WHERE metric = 'TTFB' AND ${people}
GROUP BY country
ORDER BY p75 DESC
LIMIT 10`,
  },
  {
    title: 'Which element is the largest one, and how long does it take?',
    sql: `SELECT attrs['target'] AS element, route, quantile(0.75)(value) AS p75, count() AS views
FROM rum
WHERE metric = 'LCP' AND element != '' AND ${people}
GROUP BY element, route
ORDER BY views DESC
LIMIT 10`,
  },
  {
    title: 'Which JavaScript errors do people meet, since when, and in which releases?',
    sql: `SELECT attrs['message'] AS message, round(sum(weight)) AS errors, uniq(session_id) AS sessions, min(ts) AS first_seen, groupUniqArray(release) AS releases
FROM rum
WHERE metric = 'js-error' AND ts > now() - INTERVAL 7 DAY
GROUP BY message
ORDER BY errors DESC
LIMIT 20`,
  },
  {
    title: 'What happened in the session with the latest failed tool call?',
    sql: `SELECT ts, route, metric, tool, value, rating, attrs
FROM rum
WHERE ts > now() - INTERVAL 2 DAY
  AND session_id = (SELECT argMax(session_id, ts) FROM rum WHERE metric = 'mcp-tool-error' AND session_id != 0 AND ts > now() - INTERVAL 1 DAY)
ORDER BY ts`,
  },
  {
    title: 'How much of a slow tool call is the server, and how much the way there?',
    sql: `SELECT rum.tool AS tool, count() AS calls, avg(rum.value) AS call_ms, avg(spans.duration_us) / 1000 AS server_ms
FROM rum
INNER JOIN spans ON spans.trace_id = rum.trace_id
WHERE rum.metric = 'mcp-tool-execution' AND rum.value > 1000 AND rum.ts > now() - INTERVAL 1 DAY AND spans.start > now() - INTERVAL 1 DAY
GROUP BY tool
ORDER BY call_ms DESC`,
  },
  {
    title: 'How large are the answers of the tools, in bytes?',
    sql: `SELECT tool, quantiles(0.5, 0.95)(response_bytes) AS bytes, max(response_bytes) AS largest
FROM rum
WHERE metric = 'mcp-tool-execution' AND response_bytes > 0 AND ${people}
GROUP BY tool
ORDER BY largest DESC`,
  },
  {
    title: 'When do people come? Sessions by weekday and hour, UTC.',
    sql: `SELECT toDayOfWeek(ts) AS weekday, toHour(ts) AS hour, uniq(session_id) AS sessions
FROM rum
WHERE metric = 'TTFB' AND counted AND agent != 'bot' AND ts > now() - INTERVAL 7 DAY
GROUP BY weekday, hour
ORDER BY weekday, hour`,
  },
  {
    title: 'What was found in the last two weeks, and what of it is still open?',
    sql: `SELECT argMax(title, at) AS finding, argMax(state, at) AS state, min(at) AS found, argMax(severity, at) AS severity
FROM findings
WHERE at > now() - INTERVAL 14 DAY
GROUP BY project, id
ORDER BY state, found DESC`,
  },
  {
    title: 'How often was which budget kept in the last week?',
    sql: `SELECT project, name, subject, threshold, round(countIf(outcome = 'passed') / count(), 3) AS kept, countIf(change = 'opened') AS violations
FROM budget_checks
WHERE outcome IN ('passed', 'violated') AND hour > now() - INTERVAL 7 DAY
GROUP BY project, budget, name, subject, threshold
ORDER BY kept`,
  },
  {
    title: 'Which rules wake people most, and how long until somebody looks?',
    sql: `SELECT rule, count() AS incidents, countIf(severity = 'critical') AS critical, countIf(acknowledged_by != '') AS acknowledged,
  round(quantileIf(0.5)(dateDiff('second', detected_at, acknowledged_at), acknowledged_at IS NOT NULL)) AS seconds_to_acknowledge,
  round(avgIf(dateDiff('minute', opened_at, resolved_at), resolved_at IS NOT NULL)) AS minutes
FROM alerts
WHERE opened_at > now() - INTERVAL 30 DAY
GROUP BY rule
ORDER BY incidents DESC`,
  },
  {
    title: 'Do the channels work?',
    sql: `SELECT channel, countIf(result = 'delivered') AS delivered, countIf(result = 'later') AS repeated, countIf(result IN ('refused', 'given_up')) AS lost,
  quantile(0.99)(took_ms) AS p99_ms
FROM alert_notices
WHERE at > now() - INTERVAL 7 DAY
GROUP BY channel
ORDER BY lost DESC`,
  },
  {
    title: 'Is everything accounted for? What was received, and what became of it, by day.',
    sql: `SELECT toDate(t) AS day, key_id, sumIf(events, outcome = 'received') AS received, sumIf(events, outcome = 'accepted') AS accepted,
  sumIf(events, outcome = 'rejected') AS rejected, sumIf(events, outcome = 'stored') AS stored, sumIf(events, outcome = 'dead_lettered') AS dead
FROM ledger
GROUP BY day, key_id
ORDER BY day, key_id`,
  },
  {
    title: 'How long after it was measured does an event arrive?',
    sql: `SELECT toStartOfHour(received_at) AS hour, quantiles(0.5, 0.99)(dateDiff('millisecond', ts, received_at)) AS delay_ms
FROM rum
WHERE received_at > now() - INTERVAL 1 DAY
GROUP BY hour
ORDER BY hour`,
  },
];
