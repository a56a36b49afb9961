/** Random hex digits, to tell beacons, sessions and calls apart; no secret depends on them, so `crypto` may be absent. */
export function randomHex(digits: number): string {
  let hex = '';
  while (hex.length < digits) hex += Math.random().toString(16).slice(2);
  return hex.slice(0, digits);
}

/** RFC 9562: 48 bits of milliseconds, then random bits around version 7 and variant 8. */
export function uuidV7(now: number): string {
  // Until the year 2527 the time has eleven digits of the twelve.
  const time = `0${now.toString(16)}`.replace(/.{8}/, '$&-');
  return `${time}-7${randomHex(3)}-8${randomHex(3)}-${randomHex(12)}`;
}
