import { describe, expect, it } from '@jest/globals';
import { routeOf } from './route-name.ts';

describe('routeOf', () => {
  it.each([
    ['https://shop.example/orders/12345?x=1#y', '/orders/:id'],
    ['/u/0190b6a0-7b6c-7000-8000-0123456789ab/edit', '/u/:id/edit'],
    ['/c/deadbeef01/x', '/c/:id/x'],
    ['/t/cus_9f8e7d', '/t/:id'],
    ['/k/AbCd1234EfGh5678', '/k/:id'],
    ['https://shop.example', '/'],
    ['/about-us/team', '/about-us/team'],
    ['/v2/items', '/v2/items'],
    ['class-search', 'class-search'],
    ['/feedbeef/decade', '/feedbeef/decade'],
  ])('of %s is %s', (address, route) => {
    expect(routeOf(address, [])).toBe(route);
  });

  it("takes the project's own names first", () => {
    const patterns = [
      { match: '/shop/*/reviews', name: 'product reviews' },
      { match: '/docs/**', name: 'documentation' },
    ];
    expect(['/shop/blue-shoe/reviews', '/docs/a/b/c', '/shop/blue-shoe'].map((path) => routeOf(path, patterns))).toEqual([
      'product reviews',
      'documentation',
      '/shop/blue-shoe',
    ]);
  });

  it('does not cut a character in half', () => {
    expect(routeOf(`${'x'.repeat(199)}😀`, []).isWellFormed()).toBe(true);
  });

  it('bounds the number of segments and the length', () => {
    expect(routeOf('/x'.repeat(500), []).length).toBeLessThanOrEqual(200);
    expect(routeOf('/y'.repeat(30), [])).toMatch(/…$/);
  });
});
