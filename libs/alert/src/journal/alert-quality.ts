import type { Warehouse } from '#platform';

/** How much an alerting that is trusted wakes people: https://sre.google/sre-book/being-on-call/ */
export interface AlertQuality {
  readonly incidents: number;
  /** Critical incidents that a channel other than the log was told of. */
  readonly pages: number;
  readonly acknowledged: number;
  /** Over within five minutes, and nobody had acknowledged it. */
  readonly shortUnacknowledged: number;
  readonly byRule: readonly { readonly rule: string; readonly incidents: number; readonly pages: number; readonly flapped: number }[];
}

interface Row {
  readonly rule: string;
  readonly incidents: string;
  readonly pages: string;
  readonly acknowledged: string;
  readonly short: string;
  readonly flapped: string;
}

/** Rules by what they did since then, milliseconds since 1970; the noisiest first. Those that did nothing are absent. */
export async function alertQuality(warehouse: Warehouse, project: string, since: number, signal: AbortSignal): Promise<AlertQuality> {
  const rows = await warehouse.ask<Row>({ sql: qualityByRule, params: { project, since }, signal });
  const sum = (of: keyof Row) => rows.reduce((total, row) => total + Number(row[of]), 0);
  return {
    ...{ incidents: sum('incidents'), pages: sum('pages'), acknowledged: sum('acknowledged'), shortUnacknowledged: sum('short') },
    byRule: rows.map(({ rule, incidents, pages, flapped }) => ({
      rule,
      ...{ incidents: Number(incidents), pages: Number(pages), flapped: Number(flapped) },
    })),
  };
}

const qualityByRule = `SELECT rule, count() AS incidents, countIf(paged) AS pages, countIf(acked) AS acknowledged,
  countIf(NOT acked AND over > 0 AND over - opened <= 300000) AS short, countIf(flapped) AS flapped
FROM (
  SELECT id, argMax(JSONExtractString(body, 'rule', 'id'), at) AS rule, argMax(JSONExtractInt(body, 'openedAt'), at) AS opened,
    argMax(JSONExtractInt(body, 'resolvedAt'), at) AS over, max(JSONType(body, 'acknowledged') != 'Null') AS acked,
    max(JSONExtractString(body, 'severity') = 'critical' AND arrayExists(channel -> channel != 'log', JSONExtract(body, 'channels', 'Array(String)'))) AS paged,
    id IN (
      SELECT JSONExtractString(body, 'incident') FROM alert_journal
      WHERE kind = 'transition' AND tenant = {project:String} AND at >= fromUnixTimestamp64Milli({since:Int64})
        AND arrayExists(notice -> JSONExtractString(notice, 'reason') = 'flapping', JSONExtractArrayRaw(body, 'notices'))
    ) AS flapped
  FROM alert_journal
  WHERE kind = 'incident' AND tenant = {project:String} AND at >= fromUnixTimestamp64Milli({since:Int64})
  GROUP BY id HAVING opened >= {since:Int64}
)
GROUP BY rule ORDER BY incidents DESC, rule LIMIT 2000`;
