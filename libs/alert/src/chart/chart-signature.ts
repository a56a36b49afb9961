import { createHmac, timingSafeEqual } from 'node:crypto';

/** Who looks at an incident later than this looks at it in the house. */
export const chartLinkMs = 7 * 86_400_000;

/** What the query of a link says, as it stands there. */
export interface ChartLink {
  readonly incidentId: string;
  /** Seconds since 1970. */
  readonly until: string;
  readonly signature: string;
}

export interface ChartLinks {
  /** As others reach the house, without a slash at its end. */
  readonly houseUrl: string;
  readonly secret: string;
}

/** Where the chart of one incident, and nothing else, may be fetched without a token for seven days. `now`: milliseconds since 1970. */
export function chartUrl({ houseUrl, secret }: ChartLinks, incidentId: string, now: number): string {
  const until = String(Math.floor((now + chartLinkMs) / 1_000));
  const id = incidentId.toWellFormed();
  return `${houseUrl}/api/alerts/incidents/${encodeURIComponent(id)}/chart.png?until=${until}&sig=${signatureOf(secret, id, until)}`;
}

/** Whether the house itself made the link, for this incident, and it holds still. `now`: milliseconds since 1970. */
export function isChartLink(secret: string, { incidentId, until, signature }: ChartLink, now: number): boolean {
  const given = Buffer.from(signature);
  const right = Buffer.from(signatureOf(secret, incidentId, until));
  // The length of a signature is no secret.
  const isOurs = given.length === right.length && timingSafeEqual(given, right);
  return isOurs && now <= Number(until) * 1_000;
}

/** The secret may sign other things one day: what this is about is part of it. */
function signatureOf(secret: string, incidentId: string, until: string): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify(['incident chart', incidentId, until]))
    .digest('base64url');
}
