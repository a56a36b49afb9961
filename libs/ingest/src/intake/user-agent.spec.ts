import { describe, expect, it } from '@jest/globals';
import { describeClient } from './user-agent.ts';

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

describe('describeClient', () => {
  it.each([
    ['Chrome on a desktop', chrome, { browser: 'Chrome', version: '156', os: 'Linux', device: 'desktop', agent: 'browser' }],
    [
      'Safari on a phone',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      { browser: 'Safari', version: '18', os: 'iOS', device: 'mobile', agent: 'browser' },
    ],
    [
      'a headless browser',
      chrome.replace('Chrome/', 'HeadlessChrome/'),
      { browser: 'Chrome', version: '156', device: 'desktop', agent: 'headless' },
    ],
    ['a crawler', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', { device: 'bot', agent: 'bot' }],
    ['a program that sends on purpose', 'curl/8.5.0', { agent: 'headless' }],
    ['nothing', '', { browser: 'unknown', device: 'unknown', agent: 'browser' }],
  ])('%s', (_name, userAgent, expected) => {
    expect(describeClient(userAgent)).toMatchObject(expected);
  });

  it('never keeps more than a short plain name of what a client made up', () => {
    const { browser, os } = describeClient(`<script>alert(1)</script>/${'9'.repeat(900)} (${'x'.repeat(900)})`);
    expect(`${browser}${os}`).toMatch(/^[A-Za-z0-9 ._-]{1,80}$/);
  });
});
