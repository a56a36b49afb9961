import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, readEnvironment } from './environment.ts';

const key = { DATADOG_API_KEY: '0123456789abcdef0123456789abcdef' };

describe('the environment', () => {
  it('names Datadog where there is a key for it', () => {
    expect(readEnvironment({}).datadog).toBeUndefined();
    expect(readEnvironment({ DATADOG_API_KEY: '' }).datadog).toBeUndefined();
    expect(readEnvironment(key).datadog).toEqual({ apiKey: key.DATADOG_API_KEY, url: 'https://api.datadoghq.com' });
    expect(readEnvironment({ ...key, BEACONHOUSE_DATADOG_URL: 'http://127.0.0.1:9/' }).datadog?.url).toBe('http://127.0.0.1:9');
  });

  it('has a secret for links where one is given', () => {
    expect(readEnvironment({}).alerting).not.toHaveProperty('linkSecret');
    expect(readEnvironment({ BEACONHOUSE_LINK_SECRET: 'sixteen-letters!' }).alerting.linkSecret).toBe('sixteen-letters!');
  });

  it.each([
    ['DATADOG_API_KEY', { DATADOG_API_KEY: 'two\r\nlines' }],
    ['BEACONHOUSE_DATADOG_URL', { ...key, BEACONHOUSE_DATADOG_URL: 'file:///etc/passwd' }],
    ['BEACONHOUSE_DATADOG_URL', { ...key, BEACONHOUSE_DATADOG_URL: 'api.datadoghq.eu' }],
    ['BEACONHOUSE_LINK_SECRET', { BEACONHOUSE_LINK_SECRET: 'two-short' }],
    ['BEACONHOUSE_LINK_SECRET', { BEACONHOUSE_LINK_SECRET: 'two words are no secret' }],
  ])('is refused with a wrong %s, which is not repeated', (name, variables) => {
    const read = () => readEnvironment(variables);
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(new RegExp(`^(?![\\s\\S]*two)[\\s\\S]*${name}: `));
  });
});
