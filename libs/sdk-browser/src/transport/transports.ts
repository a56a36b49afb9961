/** A response, or as much of one as there is. */
export type Answer = Partial<Pick<Response, 'ok' | 'status' | 'headers' | 'text'>>;

export interface Transport {
  /** To recognise in the browser's reports what its rules blocked. */
  _origin?: string;
  /** Must start the request before it returns: a page that is leaving runs nothing later. */
  _send(body: string, leaving: boolean): Answer | Promise<Answer>;
}

/**
 * A page that stays hears the answer of its fetch, and with `keepalive` the request outlives one that goes. A page that
 * is leaving cannot hear it and uses sendBeacon. The body is text: any other type would cost a preflight.
 */
export function httpTransport(endpoint: string, key: string | undefined): Transport {
  const url = new URL(endpoint, document.baseURI);
  if (key) url.searchParams.set('key', key);
  return {
    _origin: url.origin,
    _send: (body, leaving) =>
      leaving && navigator.sendBeacon?.(url.href, body)
        ? { ok: true }
        : fetch(url.href, { method: 'POST', body, keepalive: true, credentials: 'omit' }),
  };
}
