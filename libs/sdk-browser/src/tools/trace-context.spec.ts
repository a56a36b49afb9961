import { beforeEach, describe, expect, it } from '@jest/globals';
import { configure } from '../config.ts';
import { withTrace } from './trace-context.ts';

const call = { _tool: 'search', _layer: 1, _ids: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) } };
const traceparent = `00-${call._ids.traceId}-${call._ids.spanId}-01`;

describe('withTrace', () => {
  beforeEach(() => configure({}, true));

  it('leaves parameters without _meta alone', () => {
    const params = { near: 'me' };
    expect(withTrace(params, call)).toBe(params);
    expect(withTrace(undefined, call)).toBeUndefined();
  });

  it('adds to a _meta that is there, in a copy', () => {
    const params = { near: 'me', _meta: { mine: 1 } };
    expect(withTrace(params, call)).toEqual({ near: 'me', _meta: { mine: 1, traceparent } });
    expect(params).toEqual({ near: 'me', _meta: { mine: 1 } });
  });

  it('a traceparent of the app wins', () => {
    expect(withTrace({ _meta: { traceparent: 'mine' } }, call)).toEqual({ _meta: { traceparent: 'mine' } });
  });

  it('makes a _meta where it is told to', () => {
    expect(withTrace({ name: 'search' }, call, true)).toEqual({ name: 'search', _meta: { traceparent } });
    expect(withTrace(undefined, call, true)).toEqual({ _meta: { traceparent } });
  });

  it('"arguments" makes one wherever an object is passed', () => {
    configure({ traceContext: 'arguments' }, true);
    expect(withTrace({ near: 'me' }, call)).toEqual({ near: 'me', _meta: { traceparent } });
    expect(withTrace('text', call)).toBe('text');
  });

  it('false makes none at all', () => {
    configure({ traceContext: false }, true);
    const params = { _meta: {} };
    expect(withTrace(params, call, true)).toBe(params);
  });
});
