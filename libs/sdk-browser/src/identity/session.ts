import { randomHex } from './ids.ts';

/** Where the session lives between pages of a tab. An opaque origin throws at the first touch of it. */
const storageKey = 'beaconhouse';
/** A tab left alone this long starts a new session at its next page. */
const idleLimit = 30 * 60_000;

/** Sampling is decided once per session, by nothing but chance. `seq` is the number of the next beacon. */
type Session = [id: string, sampled: boolean, seq: number, usedAt: number];
let session: Session;
let kept: boolean;

/** Continues the tab's session or starts one, and answers it. Unless `keep`, nothing is read or written. */
export function openSession(sampleRate: number, givenId: string | undefined, keep: boolean): Session {
  kept = keep;
  session = [givenId ?? randomHex(32), Math.random() < sampleRate, 0, 0];
  try {
    const earlier: Session = keep && JSON.parse(sessionStorage[storageKey]);
    if (Date.now() - earlier[3] < idleLimit && (givenId ?? earlier[0]) === earlier[0]) session = earlier;
  } catch {}
  nextSeq(0);
  return session;
}

/** Numbers the session's beacons from 0. */
export function nextSeq(step = 1): number {
  const seq = session[2];
  session[2] += step;
  session[3] = Date.now();
  try {
    if (kept) sessionStorage[storageKey] = JSON.stringify(session);
  } catch {}
  return seq;
}
