import { kebabCase } from '../assertions/kebab-case.ts';
import { goneAudits, knownAudits, knownCategories } from './known-audits.ts';
import { nearestName } from './nearest-name.ts';
import { mistake, type RcProblem, warning } from './rc-problem.ts';
import { replacedAudits } from './replaced-audits.ts';

/** Of the audit `resource-summary`. */
const resourceTypes = ['total', 'script', 'stylesheet', 'image', 'font', 'document', 'media', 'other', 'third-party'];
const keysOfOurs = ['performance-budget', ...knownAudits];

/** How a key of `assertions` is read: in kebab case, dots as colons. */
export const assertionKeyOf = (written: string) => kebabCase(written).replaceAll('.', ':');

/** What is to be told of a key of `assertions`, in kebab case: an audit that is not known, is gone, or is read in another place. */
export function assertionKeyProblems(key: string): RcProblem[] {
  const [auditId = '', ...property] = key.split(':').filter(Boolean);
  if (auditId === 'categories') return categoryProblems(property);
  if (auditId === 'resource-summary' && property.length > 0) return resourceProblems(key, property);
  if (auditId === 'performance-budget') return [gone(key, 'nothing is checked; budgetsFile and resource-summary:<type>:size are')];
  const replaced = replacedAudits[auditId];
  if (replaced !== undefined) return [gone(key, `${replaced.by} is checked instead, ${replaced.reads}`)];
  if (goneAudits.includes(auditId)) return [gone(key, 'nothing is checked')];
  return knownAudits.includes(auditId) ? [] : [unknown('audit', auditId, keysOfOurs)];
}

const gone = (key: string, instead: string) => warning([], `Lighthouse 13 no longer has ${key}: ${instead}`);

const unknown = (what: string, name: string, known: readonly string[]) =>
  mistake([], `there is no ${what} ${name}; the nearest is ${nearestName(name, known)}`);

function categoryProblems([id, ...rest]: readonly string[]): RcProblem[] {
  if (id === undefined || rest.length > 0)
    return [mistake([], `a category is written categories:<id>, with ${knownCategories.join(', ')}`)];
  return knownCategories.includes(id) ? [] : [unknown('category', id, knownCategories)];
}

function resourceProblems(key: string, [type = '', what, ...rest]: readonly string[]): RcProblem[] {
  if (rest.length > 0 || (what !== 'size' && what !== 'count'))
    return [mistake([], `${key} is no row: resource-summary:<type>:size or resource-summary:<type>:count is`)];
  return resourceTypes.includes(type) ? [] : [unknown('resource type', type, resourceTypes)];
}
