import type { LighthouseAudit, LighthouseResult } from '../lhr/lighthouse-result.ts';
import { replacedAudits } from '../lighthouserc/replaced-audits.ts';
import type { ResultUnit } from './assertion-result.ts';
import { kebabName } from './kebab-case.ts';

/** What is read of an audit, whatever it stands for: an audit, a category, a row of one. */
export interface AuditReading {
  readonly score: number | null;
  readonly scoreDisplayMode?: string;
  readonly numericValue?: number | undefined;
  readonly items: number;
}

/** What a key of `assertions` names. */
export interface AuditSubject {
  readonly auditId: string;
  readonly auditProperty?: string;
  /** Where Lighthouse no longer has the audit that is written. */
  readonly checkedAudit?: string;
  /** Undefined in a run that has no such audit, category or row. */
  read(run: LighthouseResult): AuditReading | undefined;
  unitOf(run: LighthouseResult): ResultUnit;
}

/** `runs` decide whether an audit that Lighthouse 13 replaced is still there. Throws a RangeError for a key that cannot be. */
export function auditSubject(key: string, runs: readonly LighthouseResult[]): AuditSubject {
  const [auditId = '', ...property] = key.split(/[.:]/).filter(Boolean);
  if (property.length === 0) return plainAudit(auditId, runs);
  if (auditId === 'categories') return category(key, property);
  if (auditId === 'resource-summary') return resourceRow(key, property);
  if (auditId === 'user-timings') return userTiming(property);
  return plainAudit(auditId, runs);
}

function plainAudit(auditId: string, runs: readonly LighthouseResult[]): AuditSubject {
  const replacement = replacedAudits[auditId]?.by;
  const gone = replacement !== undefined && runs.every(({ audits }) => audits[auditId] === undefined);
  const id = gone ? replacement : auditId;
  return {
    auditId,
    ...(gone && { checkedAudit: id }),
    read: ({ audits }) => readingOf(audits[id]),
    unitOf: ({ audits }) => unitOfAudit(audits[id]),
  };
}

function readingOf(audit: LighthouseAudit | undefined): AuditReading | undefined {
  if (audit === undefined) return undefined;
  const items = audit.details?.items?.length ?? 0;
  // It lists requests and has no number of its own.
  const counted = audit.id === 'network-requests' && audit.numericValue === undefined;
  return { ...audit, items, numericValue: counted ? items : audit.numericValue };
}

function unitOfAudit(audit: LighthouseAudit | undefined): ResultUnit {
  if (audit?.id === 'cumulative-layout-shift') return 'shift';
  if (audit?.numericUnit === 'millisecond') return 'ms';
  return audit?.numericUnit === 'byte' ? 'bytes' : 'count';
}

function category(key: string, property: readonly string[]): AuditSubject {
  if (property.length !== 1) throw new RangeError(`${key} names no category: categories:<id>`);
  const [id = ''] = property;
  return {
    auditId: 'categories',
    auditProperty: id,
    read: ({ categories }) => (categories[id] === undefined ? undefined : { score: categories[id].score, items: 0 }),
    unitOf: () => 'points',
  };
}

function resourceRow(key: string, property: readonly string[]): AuditSubject {
  const [type, what] = property;
  if (property.length !== 2 || (what !== 'size' && what !== 'count'))
    throw new RangeError(`${key} names no row of the resource summary: resource-summary:<type>:size or :count`);
  const columns = what === 'size' ? ['size', 'transferSize'] : ['requestCount'];
  const valueIn = (item: Item) => columns.map((column) => item[column]).find((value) => value !== undefined);
  return {
    auditId: 'resource-summary',
    auditProperty: property.join('.'),
    read: ({ audits }) => rowOf(audits['resource-summary'], ({ resourceType }) => resourceType === type, valueIn),
    unitOf: () => (what === 'size' ? 'bytes' : 'count'),
  };
}

/** The length of a measure, or when a mark was set. */
function userTiming(property: readonly string[]): AuditSubject {
  const name = kebabName(property.join('-'));
  const valueIn = ({ duration, startTime }: Item) => (Number.isFinite(duration) ? duration : startTime);
  return {
    auditId: 'user-timings',
    auditProperty: name,
    read: ({ audits }) => rowOf(audits['user-timings'], (item) => kebabName(String(item.name)) === name, valueIn),
    unitOf: () => 'ms',
  };
}

type Item = Readonly<Record<string, unknown>>;

function rowOf(
  audit: LighthouseAudit | undefined,
  isMeant: (item: Item) => boolean,
  valueIn: (item: Item) => unknown,
): AuditReading | undefined {
  const items = audit?.details?.items;
  const value = items?.filter(isMeant).map(valueIn)[0];
  if (audit === undefined || typeof value !== 'number') return undefined;
  return { ...audit, items: items!.length, numericValue: value };
}
