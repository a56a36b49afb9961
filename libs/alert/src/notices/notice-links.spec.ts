import { describe, expect, it } from '@jest/globals';
import { linksOf } from './notice-links.ts';
import { sampleNotice } from './sample-notice.contract.ts';

const { houseUrl: _, ...noHouse } = sampleNotice;
const hrefs = (notice: typeof sampleNotice) => linksOf(notice).map(({ href }) => href);

describe('the links of a notice', () => {
  it('are its incident and its runbook', () => {
    expect(linksOf(sampleNotice)).toEqual([
      { text: 'Incident', href: 'https://house.example.com/alerts/incidents/f3a1c0de-1' },
      { text: 'Runbook', href: 'https://runbooks.example.com/slow-tools' },
    ]);
  });

  it('lead to no house whose address nobody gave', () => {
    expect(hrefs(noHouse)).toEqual(['https://runbooks.example.com/slow-tools']);
  });

  it('carry an id of any letters', () => {
    const incident = { ...sampleNotice.incident, id: 'a/../b?c\ud800' };
    expect(hrefs({ ...sampleNotice, incident })).toContain('https://house.example.com/alerts/incidents/a%2F..%2Fb%3Fc%EF%BF%BD');
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'ftp://files.example.com', 'https://a b', 'https://a\r\nBcc: c', ''])(
    'never lead to %p',
    (runbookUrl) => {
      expect(hrefs({ ...noHouse, rule: { ...sampleNotice.rule, runbookUrl } })).toEqual([]);
    },
  );
});
