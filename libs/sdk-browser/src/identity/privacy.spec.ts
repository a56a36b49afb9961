import { describe, expect, it } from '@jest/globals';
import { privacyRequested } from './privacy.ts';

describe('privacyRequested', () => {
  it.each([
    [{ globalPrivacyControl: true }, true],
    [{ doNotTrack: '1' }, true],
    [{ globalPrivacyControl: false, doNotTrack: '0' }, false],
    [{ doNotTrack: 'unspecified' }, false],
    [{ doNotTrack: null }, false],
    [{}, false],
  ])('%j: %s', (agent, asked) => {
    expect(privacyRequested(agent)).toBe(asked);
  });
});
