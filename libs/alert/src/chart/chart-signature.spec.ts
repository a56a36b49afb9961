import { describe, expect, it } from '@jest/globals';
import { chartLinkMs, chartUrl, isChartLink } from './chart-signature.ts';

const secret = 'a secret of sixteen';
const links = { houseUrl: 'https://house.example.com', secret };
const now = Date.UTC(2026, 4, 6, 10);

function linkOf(url: string) {
  const { pathname, searchParams } = new URL(url);
  const incidentId = decodeURIComponent(pathname.split('/').at(-2)!);
  return { incidentId, until: searchParams.get('until')!, signature: searchParams.get('sig')! };
}
const link = linkOf(chartUrl(links, 'f3a1-2026-05-1', now));

describe('the address of a chart', () => {
  it('is of the house, and holds for seven days', () => {
    expect(chartUrl(links, 'f3a1-2026-05-1', now)).toMatch(
      /^https:\/\/house\.example\.com\/api\/alerts\/incidents\/f3a1-2026-05-1\/chart\.png\?until=1778666400&sig=[\w-]{43}$/,
    );
    expect([0, chartLinkMs].map((later) => isChartLink(secret, link, now + later))).toEqual([true, true]);
    expect(isChartLink(secret, link, now + chartLinkMs + 1)).toBe(false);
  });

  it('carries an id of any letters', () => {
    const odd = 'a/../b?c=d&ä\ud800';
    const { incidentId, ...rest } = linkOf(chartUrl(links, odd, now));
    expect(isChartLink(secret, { incidentId, ...rest }, now)).toBe(true);
  });

  const tampered = (part: keyof typeof link, to: (given: string) => string) => ({ ...link, [part]: to(link[part]) });
  it.each([
    ['another incident', tampered('incidentId', (id) => `${id}0`)],
    ['more time', tampered('until', (until) => String(Number(until) + 1))],
    ['the same time, written otherwise', tampered('until', (until) => `0${until}`)],
    ['time without end', { ...link, until: 'Infinity' }],
    ['another signature', tampered('signature', (given) => `${given.startsWith('A') ? 'B' : 'A'}${given.slice(1)}`)],
    ['half a signature', tampered('signature', (given) => given.slice(0, 20))],
    ['a longer signature', tampered('signature', (given) => `${given}=`)],
    ['no signature', { ...link, signature: '' }],
    ['a signature of other letters', { ...link, signature: 'ä'.repeat(43) }],
  ])('with %s leads nowhere', (_name, given) => {
    expect(isChartLink(secret, given, now)).toBe(false);
  });

  it('of another house leads nowhere', () => {
    expect(isChartLink('another secret, also long', link, now)).toBe(false);
  });
});
