import type { Transition } from '../evaluation/advance.ts';
import { incidentId } from '../evaluation/tell-transition.ts';
import { mostAtOnce } from '../incidents/storm.ts';
import type { Span } from './backtest-plan.ts';

/** How often people would have been told that something began. */
export interface Told {
  /** Critical: somebody is woken, for each incident at once. */
  readonly pages: number;
  /** Less grave: all of a minute in one message. */
  readonly messages: number;
  /** Minutes in which so much began that it was told as one. */
  readonly storms: number;
  /** Of UTC; also those on which nothing was told. */
  readonly days: readonly ToldDay[];
}

interface ToldDay {
  readonly day: string;
  readonly pages: number;
  readonly messages: number;
}

const dayMs = 86_400_000;

type Counted = Pick<Told, 'pages' | 'messages' | 'storms'>;

/** What is opened again, and what swings, was told before. */
export function toldOf(transitions: readonly Transition[], { from, to }: Span): Told {
  const paged = new Set<string>();
  const days = new Map<string, Counted>();
  for (let day = Math.floor(from / dayMs) * dayMs; day < to; day += dayMs) days.set(dayOf(day), none);
  for (const [evalEnd, cycle] of Map.groupBy(transitions, (transition) => transition.evalEnd)) {
    const day = dayOf(evalEnd);
    days.set(day, sum(days.get(day) ?? none, toldIn(cycle, paged)));
  }
  const { pages, messages, storms } = [...days.values()].reduce(sum, none);
  return { pages, messages, storms, days: [...days].map(([day, counted]) => ({ day, pages: counted.pages, messages: counted.messages })) };
}

const none: Counted = { pages: 0, messages: 0, storms: 0 };
const dayOf = (moment: number) => new Date(moment).toISOString().slice(0, 10);
const sum = (one: Counted, other: Counted): Counted => ({
  pages: one.pages + other.pages,
  messages: one.messages + other.messages,
  storms: one.storms + other.storms,
});

/** One judgement of all sets of labels. `paged`: incidents that somebody was woken for. */
function toldIn(cycle: readonly Transition[], paged: Set<string>): Counted {
  let [began, critical, milder] = [0, 0, 0];
  for (const { fingerprint, instance, notices } of cycle) {
    const begins = notices.some(({ kind, reason }) => kind === 'trigger' && reason === '');
    if (begins) began += 1;
    const graver = notices.some(({ kind, severity }) => (kind === 'trigger' || kind === 'escalate') && severity === 'critical');
    const id = graver ? incidentId(fingerprint, instance) : '';
    if (graver && !paged.has(id)) {
      paged.add(id);
      critical += 1;
    } else if (begins) milder += 1;
  }
  if (began > mostAtOnce) return { pages: critical > 0 ? 1 : 0, messages: critical > 0 ? 0 : 1, storms: 1 };
  return { pages: critical, messages: milder > 0 ? 1 : 0, storms: 0 };
}
