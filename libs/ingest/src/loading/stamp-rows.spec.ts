import { describe, expect, it } from '@jest/globals';
import { MessageInvalid, stampRows } from './stamp-rows.ts';

const message = (offset: number, text: string) => ({
  offset,
  key: '',
  headers: { tenant: '', keyId: '', events: 1, beaconId: '' },
  value: Buffer.from(text),
});

describe('stampRows', () => {
  it('puts partition, offset and place in front of every line', () => {
    const rows = stampRows({ partition: 3, messages: [message(7, '{"a":1}\n{"a":"}\\n"}\n'), message(8, '{"a":2}\n')] });
    const parsed = rows
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(parsed).toEqual([
      { src_partition: 3, src_offset: 7, src_index: 0, a: 1 },
      { src_partition: 3, src_offset: 7, src_index: 1, a: '}\n' },
      { src_partition: 3, src_offset: 8, src_index: 0, a: 2 },
    ]);
  });

  it('ends a last line that has no newline', () => {
    expect(stampRows({ partition: 0, messages: [message(0, '{"a":1}')] }).at(-1)).toBe(0x0a);
  });

  it.each(['[1]\n', 'text', '{"a":1}\n\n{"a":2}\n'])('refuses %j', (text) => {
    expect(() => stampRows({ partition: 0, messages: [message(0, text)] })).toThrow(MessageInvalid);
  });
});
