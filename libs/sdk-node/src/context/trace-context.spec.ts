import { describe, expect, it } from '@jest/globals';
import { newSpanId, newTraceId } from './ids.ts';
import { findCarrier, parentElsewhere, readTraceContext, writeTraceparent } from './trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${spanId}-01`;

describe('traceparent', () => {
  it.each([
    ['version 00', traceparent, 1],
    ['not sampled', `00-${traceId}-${spanId}-00`, 0],
    ['a later version with more behind', `cc-${traceId}-${spanId}-03-what`, 3],
  ])('%s is read', (_case, header, flags) => {
    expect(readTraceContext({ traceparent: header })).toEqual({ traceId, spanId, flags });
  });

  it.each([
    ['version 00 with more behind', `${traceparent}-00`],
    ['version ff', `ff${traceparent.slice(2)}`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['capital letters', traceparent.toUpperCase()],
    ['nothing', ''],
  ])('%s is none', (_case, header) => {
    expect(readTraceContext({ traceparent: header })).toBeUndefined();
    expect(findCarrier({ traceparent: header })).toBeUndefined();
  });

  it('is written with nothing of the flags but sampled', () => {
    expect(writeTraceparent({ traceId, spanId, flags: 0xff })).toBe(traceparent);
    expect(writeTraceparent({ traceId, spanId, flags: 0xfe })).toBe(`00-${traceId}-${spanId}-00`);
  });

  it('is found in the first place that has one; a tracestate too long is left behind', () => {
    const places = [undefined, null, 'text', { traceparent: 7 }, { traceparent, tracestate: 'x'.repeat(513) }, { traceparent: 'later' }];
    expect(findCarrier(...places)).toEqual({ traceparent });
    expect(findCarrier({ traceparent, tracestate: 'a=1' })).toEqual({ traceparent, tracestate: 'a=1' });
  });
});

describe('the parent', () => {
  const other = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
  it.each([
    ['is the caller in _meta, over another trace that is active', 'f'.repeat(32), { remote: { traceparent } }, traceId],
    ['is the active span, where the caller is in its trace', traceId, { remote: { traceparent } }, undefined],
    ['is the active span, where only headers speak', 'f'.repeat(32), { elsewhere: other }, undefined],
    ['is the caller in the headers, where nothing is active', undefined, { elsewhere: other }, '1'.repeat(32)],
    ['is nobody, where nobody speaks', undefined, {}, undefined],
  ])('%s', (_case, active, caller, expected) => {
    expect(parentElsewhere(active, caller)?.traceId).toBe(expected);
  });
});

describe('new ids', () => {
  it('have their length and are new', () => {
    const ids = Array.from({ length: 1_000 }, () => newTraceId());
    expect(new Set(ids).size).toBe(1_000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(newSpanId()).toMatch(/^[0-9a-f]{16}$/);
  });
});
