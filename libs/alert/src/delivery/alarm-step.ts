import type { Alarm } from '../alert-book.ts';

/** Who else can be asked. */
export interface Askable {
  /** Channels that are told where that one cannot be. */
  fallbackOf(channel: string): readonly string[];
  /** The channel of those who own the project; null: there is none. */
  readonly owners: string | null;
}

/** What is done about a critical incident that nobody took; `ask`: who is told of it now. */
export interface AlarmStep {
  readonly alarm: Alarm;
  readonly ask: readonly string[];
}

/** Those who are asked have so long to take it. */
export const alarmMs = 60_000;

/** First those in place of all that were asked, then the owners, and where nobody is left it is said so. Null: there is time. */
export function nextAlarmStep(alarm: Alarm, { fallbackOf, owners }: Askable, now: number): AlarmStep | null {
  const { step, since, asked } = alarm;
  if (step === 'nobody' || now - since < alarmMs) return null;
  const ask = (next: Alarm['step'], channels: readonly string[]) => ({
    alarm: { ...alarm, step: next, since: now, asked: [...asked, ...channels] },
    ask: channels,
  });
  const others = [...new Set(asked.flatMap(fallbackOf))].filter((channel) => !asked.includes(channel));
  if (step !== 'owners' && others.length > 0) return ask('fallback', others);
  if (step !== 'owners' && owners !== null && !asked.includes(owners)) return ask('owners', [owners]);
  return ask('nobody', []);
}
