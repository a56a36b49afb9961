/** What a Retry-After asks for, in milliseconds from now: it is seconds or a date, https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function retryAfterMs(header: string | null | undefined, now: number): number | null {
  const text = header?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
