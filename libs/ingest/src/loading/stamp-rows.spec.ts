import { describe, expect, it } from '@jest/globals';
import { MessageInvalid, stampRows } from './stamp-rows.ts';

const message = (offset: number, text: string) => ({
  offset,
  key: '',
  headers: { tenant: '', keyId: '', events: 1, beaconId: '' },
  value: Buffer.from(text),
});

describe('stampRows', () => {
  it('puts partition, offset and place in front of every line', async () => {
    const rows = await stampRows({ partition: 3, messages: [message(7, '{"a":1}\n{"a":"}\\n"}\n'), message(8, '{"a":2}\n')] });
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

  it('stamps thousands of messages, in their order', async () => {
    const messages = Array.from({ length: 1_001 }, (_, n) => message(n, `{"a":${n}}\n`));
    const lines = (await stampRows({ partition: 0, messages })).toString().trimEnd().split('\n');
    const wrong = lines.filter((line, n) => line !== `{"src_partition":0,"src_offset":${n},"src_index":0,"a":${n}}`);
    expect([lines.length, wrong]).toEqual([1_001, []]);
  });

  it('ends a last line that has no newline', async () => {
    expect((await stampRows({ partition: 0, messages: [message(0, '{"a":1}')] })).at(-1)).toBe(0x0a);
  });

  it.each(['[1]\n', 'text', '{"a":1}\n\n{"a":2}\n'])('refuses %j', async (text) => {
    await expect(stampRows({ partition: 0, messages: [message(0, text)] })).rejects.toThrow(MessageInvalid);
  });
});
