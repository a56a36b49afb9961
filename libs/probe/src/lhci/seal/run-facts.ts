import { z } from 'zod';

/** What statistics are made of, of one result: read once, when it comes. */
export interface RunFacts {
  /** Of Lighthouse, such as 12.6.1; empty where the result does not say. */
  readonly lighthouseVersion: string;
  /** By audit, in the audit's unit. */
  readonly values: Readonly<Record<string, number>>;
  /** By category, 0 to 1. */
  readonly scores: Readonly<Record<string, number>>;
  /** By group of audits that the result has. */
  readonly groups: Readonly<Record<string, GroupCounts>>;
}

export interface GroupCounts {
  readonly pass: number;
  readonly fail: number;
  readonly na: number;
}

/** Audits whose values are kept: those of statistics, and what the page of a build shows beside them. */
const keptAudits = [
  ...['interactive', 'speed-index', 'first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'max-potential-fid'],
  ...['cumulative-layout-shift', 'total-byte-weight'],
];

const whatever = z.unknown().optional();
const auditSchema = z.object({ score: whatever, scoreDisplayMode: whatever, numericValue: whatever });
const categorySchema = z.object({
  score: whatever,
  auditRefs: z.array(z.object({ id: z.string(), group: whatever })).catch([]),
});

/** As much of a result as is read here. */
const resultSchema = z.object({
  lighthouseVersion: z.string().max(64).catch(''),
  audits: z.record(z.string(), auditSchema.nullish().catch(undefined)),
  categories: z.record(z.string(), categorySchema.nullish().catch(undefined)),
});
type Result = z.output<typeof resultSchema>;

/** Undefined where it is no result of Lighthouse. */
export function runFacts(lhr: unknown): RunFacts | undefined {
  const { data: result } = resultSchema.safeParse(lhr);
  if (!result) return undefined;
  const { lighthouseVersion, audits, categories } = result;
  return {
    lighthouseVersion,
    values: numbers(keptAudits.map((id) => [id, audits[id]?.numericValue])),
    scores: numbers(Object.entries(categories).map(([id, category]) => [id, category?.score])),
    groups: groupsOf(result),
  };
}

function numbers(entries: readonly (readonly [string, unknown])[]): Record<string, number> {
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
}

/** Of an audit in a group it is told whether it passed, failed or could not apply; of others only that the group is there. */
function groupsOf({ audits, categories }: Result): Record<string, GroupCounts> {
  const groups = new Map<string, GroupCounts>();
  for (const { id, group } of Object.values(categories).flatMap((category) => category?.auditRefs ?? [])) {
    const audit = audits[id];
    if (typeof group !== 'string' || !audit) continue;
    const counts = groups.get(group) ?? { pass: 0, fail: 0, na: 0 };
    const outcome = outcomeOf(audit);
    groups.set(group, outcome === undefined ? counts : { ...counts, [outcome]: counts[outcome] + 1 });
  }
  return Object.fromEntries(groups);
}

function outcomeOf({ score, scoreDisplayMode }: z.output<typeof auditSchema>): keyof GroupCounts | undefined {
  if (scoreDisplayMode === 'informative' || scoreDisplayMode === 'notApplicable') return 'na';
  if (scoreDisplayMode === 'binary') return score === 1 ? 'pass' : 'fail';
  return scoreDisplayMode === 'error' ? 'fail' : undefined;
}
