import { describe, expect, it } from '@jest/globals';
import { differences, wantedSettings } from './topic-settings.ts';

const wanted = wantedSettings(12, 3);
const withConfig = (config: Record<string, string>) => ({ ...wanted, config: { ...wanted.config, ...config } });

describe('topic settings', () => {
  it.each([
    [1, '1'],
    [2, '1'],
    [3, '2'],
  ])('let one of %i replicas be missing', (replication, insync) => {
    expect(wantedSettings(12, replication).config['min.insync.replicas']).toBe(insync);
  });

  it.each([
    ['the same', wanted, []],
    ['more partitions, replicas and time', { ...withConfig({ 'retention.ms': '-1' }), partitions: 24, replication: 5 }, []],
    ['fewer partitions', { ...wanted, partitions: 1 }, ['1 partitions instead of 12']],
    ['fewer replicas', { ...wanted, replication: 2 }, ['2 replicas instead of 3']],
    ['fewer in sync', withConfig({ 'min.insync.replicas': '1' }), ['min.insync.replicas is 1 instead of 2']],
    ['less time', withConfig({ 'retention.ms': '3600000' }), ['retention.ms is 3600000 instead of 259200000']],
    ['compaction', withConfig({ 'cleanup.policy': 'compact' }), ['cleanup.policy is compact instead of delete']],
    ['settings that the broker does not tell', { ...wanted, config: {} }, []],
  ])('compared with %s', (_what, found, expected) => {
    expect(differences(wanted, found)).toEqual(expected);
  });
});
