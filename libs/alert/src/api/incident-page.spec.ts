import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AlertApiHouse } from './alert-api-house.contract.ts';

let house: AlertApiHouse;
beforeAll(async () => {
  house = await AlertApiHouse.open();
});
afterAll(() => house.close());

/** The id of the incident that it opened. */
async function opened(project: string, rule: string, labels: Record<string, string> = {}): Promise<string> {
  await house.occur(project, rule, 'critical', { labels });
  const { body } = await house.get(`/api/alerts/incidents?project=${project}&rule=${encodeURIComponent(rule)}`);
  return body.data[0].id;
}

describe('the page of an incident', () => {
  it('says how it stands and what happened, whichever project it is of', async () => {
    const id = await opened('other', 'slow-search', { tool: 'search' });
    await house.post(`/api/alerts/incidents/${id}/comment?project=other&by=ada`, { text: 'looking at it' });
    const { status, headers, text } = await house.get(`/alerts/incidents/${id}`);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-store']);
    for (const part of [
      'class="state critical"',
      '<h1>slow-search is broken</h1>',
      '<dt>tool</dt><dd>search</dd>',
      'ada: looking at it',
      `/${id}/ack`,
    ])
      expect(text).toContain(part);
    await house.post(`/api/alerts/incidents/${id}/resolve?project=other&by=ada`);
    expect((await house.get(`/alerts/incidents/${id}`)).text).toMatch(/class="state resolved"(?!.*\/ack)/s);
  });

  it('takes nothing of what pages sent for its own', async () => {
    const id = await opened('default', 'hostile', { route: `"></title><script>alert(1)</script><img src=x onerror='alert(1)'>` });
    const { text, headers } = await house.get(`/alerts/incidents/${id}`);
    expect(text).not.toMatch(/<script|<img src=x|onerror='/);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; img-src 'self'; style-src 'sha256-[^']+'; /);
  });

  it('is none of what is not there', async () => {
    expect((await house.get('/alerts/incidents/nobody')).status).toBe(404);
  });
});
