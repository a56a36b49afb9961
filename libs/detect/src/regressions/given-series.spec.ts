import { describe, expect, it } from '@jest/globals';
import { readSeries } from './given-series.ts';

const series = { id: 's', kind: 'latency', t0: '2027-01-04T00:00:00Z', hours: 2, eval_from: 1, strata: [{ key: {}, h: [[1, 2], null] }] };

describe('readSeries', () => {
  it('takes what the format allows', () => {
    expect(readSeries(JSON.stringify({ ...series, unknown: 1 }))).toEqual(series);
  });

  it.each([
    ['{"id"', /not JSON/],
    [JSON.stringify({ ...series, kind: 'size' }), /kind: Invalid option/],
    [JSON.stringify({ ...series, strata: [{ key: {}, h: [[1]] }] }), /strata\.0\.h\.0: must be a flat list of bin, count/],
    [JSON.stringify({ ...series, strata: [{ key: {}, h: [[1, -2]] }] }), /strata\.0\.h\.0/],
    [JSON.stringify({ ...series, strata: [] }), /strata/],
    [JSON.stringify({ ...series, bin: { lo: 0, gamma: 1.05 } }), /bin\.lo/],
    [JSON.stringify({ ...series, t0: 'monday' }), /t0/],
  ])('says what is wrong with %s', (line, says) => {
    expect(() => readSeries(line)).toThrow(says);
  });
});
