import { describe, expect, it } from '@jest/globals';
import { widgetCsp } from './widget-csp.ts';

describe('widgetCsp', () => {
  it('says the same in both dialects, by origin', () => {
    const csp = widgetCsp('https://rum.example:8443/api/rum-metrics?key=1', { resourceDomains: ['https://cdn.example'] });
    expect(csp).toEqual({
      ui: { csp: { connectDomains: ['https://rum.example:8443'], resourceDomains: ['https://cdn.example'] } },
      'openai/widgetCSP': { connect_domains: ['https://rum.example:8443'], resource_domains: ['https://cdn.example'] },
    });
  });

  it('keeps what the widget needs besides, each once', () => {
    const { ui } = widgetCsp('https://rum.example', { connectDomains: ['https://api.example', 'https://rum.example'] });
    expect(ui.csp).toEqual({ connectDomains: ['https://rum.example', 'https://api.example'], resourceDomains: [] });
  });

  it('refuses an intake that is no address', () => {
    expect(() => widgetCsp('/api/rum-metrics')).toThrow('Invalid URL');
  });
});
