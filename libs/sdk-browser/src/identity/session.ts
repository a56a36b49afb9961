import { randomHex } from './ids.ts';

/** Where the session lives between pages. An opaque origin throws at the first touch of it. */
const storageKey = 'beaconhouse';
/** A tab left alone this long starts a new session at its next page. */
const idleLimit = 30 * 60_000;

export interface Session {
  _id: string | undefined;
  /** Decided once per session, by nothing but chance. */
  _sampled: boolean;
  _nextSeq(): number;
}

/** Continues the tab's session or starts one. With `anonymous` nothing is read or written, and there is no id. */
export function openSession(sampleRate: number, givenId: string | undefined, anonymous: boolean): Session {
  let [id, sampled, seq] = (anonymous ? undefined : restore(givenId)) ?? [givenId ?? randomHex(32), Math.random() < sampleRate ? 1 : 0, 0];
  const save = () => {
    if (anonymous) return;
    try {
      sessionStorage.setItem(storageKey, JSON.stringify([id, sampled, seq, Date.now()]));
    } catch {}
  };
  save();
  return {
    _id: anonymous ? undefined : id,
    _sampled: sampled > 0,
    _nextSeq() {
      const current = seq++;
      save();
      return current;
    },
  };
}

function restore(givenId: string | undefined): [string, number, number] | undefined {
  try {
    const [id, sampled, seq, usedAt] = JSON.parse(sessionStorage.getItem(storageKey) ?? '');
    if (Date.now() - usedAt < idleLimit && (!givenId || givenId === id)) return [id, sampled, seq];
  } catch {}
  return undefined;
}
