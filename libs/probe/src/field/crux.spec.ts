import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { askCrux, readCrux } from './crux.ts';

const record = (key: object) => ({
  record: {
    key,
    metrics: {
      largest_contentful_paint: { histogram: [], percentiles: { p75: 2_430 } },
      cumulative_layout_shift: { histogram: [], percentiles: { p75: '0.12' } },
      interaction_to_next_paint: { histogram: [] },
      navigation_types: { fractions: { navigate: 0.7 } },
    },
    collectionPeriod: { firstDate: { year: 2026, month: 11, day: 1 }, lastDate: { year: 2026, month: 11, day: 28 } },
  },
});

describe('an answer of the Chrome UX Report', () => {
  it('is read with its text of CLS, and without what has too few visitors', () => {
    expect(readCrux(record({ origin: 'https://gym.example' }))).toEqual({
      of: 'site',
      p75: { LCP: 2_430, CLS: 0.12 },
      until: '2026-11-28',
    });
  });

  it('is refused where it is none', () => {
    expect(() => readCrux({ error: { code: 403 } })).toThrow('record');
  });
});

/** As strict as Google's: https://developer.chrome.com/docs/crux/api */
describe('asking the Chrome UX Report', () => {
  let server: Server;
  let url: string;
  let asked: Record<string, unknown>[];
  let known: Record<string, object>;

  beforeAll(async () => {
    const answerTo = async (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = JSON.parse(Buffer.concat(chunks).toString());
      asked.push(body);
      const answer = (status: number, content: object) => response.writeHead(status).end(JSON.stringify(content));
      if (request.method !== 'POST' || request.url !== '/v1/records:queryRecord') return answer(404, { error: { code: 404 } });
      if (request.headers['x-goog-api-key'] !== 'right-key')
        return answer(403, { error: { message: `key ${request.headers['x-goog-api-key']} is wrong` } });
      if (Object.keys(body).some((name) => !['url', 'origin', 'formFactor', 'metrics'].includes(name)) || (body.url && body.origin))
        return answer(400, { error: { code: 400 } });
      const found = known[body.url ?? body.origin];
      return found ? answer(200, found) : answer(404, { error: { code: 404, message: 'chrome ux report data not found' } });
    };
    server = createServer((request, response) => void answerTo(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    asked = [];
    known = {};
  });

  const page = { url: 'https://gym.example/classes', formFactor: 'mobile' } as const;
  const ask = (apiKey = 'right-key') => askCrux({ apiKey, url }, page, new AbortController().signal);

  it('asks for the page first', async () => {
    known[page.url] = record({ url: page.url, formFactor: 'PHONE' });
    expect(await ask()).toMatchObject({ of: 'page' });
    expect(asked).toMatchObject([{ url: page.url, formFactor: 'PHONE' }]);
  });

  it('asks for the site where the page has too few visitors, and answers null where that has too', async () => {
    known['https://gym.example'] = record({ origin: 'https://gym.example' });
    expect(await ask()).toMatchObject({ of: 'site' });
    known = {};
    expect(await ask()).toBeNull();
  });

  it('says what was refused, and not the key', async () => {
    await expect(ask('wrong-key')).rejects.toThrow(/answers 403: .*key \*\*\* is wrong/);
  });
});
