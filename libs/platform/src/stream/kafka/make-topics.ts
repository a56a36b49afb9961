import kafkajs, { type Admin } from 'kafkajs';
import type { Clock } from '../../clock/clock.ts';
import type { KafkaEvent } from './kafka-event.ts';
import { differences, type TopicSettings } from './topic-settings.ts';

const lookMs = 50;
const longestLooks = 60;

/** Makes the topics that are missing. One that exists is looked at and never changed: it may be an operator's decision. */
export async function makeTopics(
  admin: Admin,
  names: readonly string[],
  wanted: TopicSettings,
  clock: Clock,
  onEvent: (event: KafkaEvent) => void,
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = names.filter((name) => !existing.has(name));
  const made =
    missing.length > 0 && (await admin.createTopics({ topics: missing.map((topic) => request(topic, wanted)), waitForLeaders: false }));
  await Promise.all(missing.map((topic) => untilLed(admin, topic, clock)));
  // False when another process made one of them meanwhile; the others are made all the same.
  if (made)
    for (const topic of missing) onEvent({ type: 'topic-made', topic, partitions: wanted.partitions, replication: wanted.replication });
  await compare(admin, made ? names.filter((name) => existing.has(name)) : names, wanted, onEvent);
}

/** kafkajs' own wait ends at the first broker that has not heard of the topic. And a leader that is named already may refuse messages for a moment; the first send should not be the one to find out. */
async function untilLed(admin: Admin, topic: string, clock: Clock): Promise<void> {
  for (let looks = 0; looks < longestLooks; looks += 1) {
    const led = await admin.fetchTopicOffsets(topic).then(
      () => true,
      () => false,
    );
    if (led) return;
    await clock.sleep(lookMs);
  }
}

function request(topic: string, { partitions, replication, config }: TopicSettings) {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  return { topic, numPartitions: partitions, replicationFactor: replication, configEntries };
}

async function compare(admin: Admin, names: readonly string[], wanted: TopicSettings, onEvent: (event: KafkaEvent) => void): Promise<void> {
  if (names.length === 0) return;
  const configNames = Object.keys(wanted.config);
  const resources = names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames }));
  const [{ topics }, configs] = await Promise.all([
    admin.fetchTopicMetadata({ topics: [...names] }),
    admin.describeConfigs({ resources, includeSynonyms: false }),
  ]);
  for (const { name, partitions } of topics) {
    const entries = configs.resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
    const config = Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
    const replication = Math.min(...partitions.map(({ replicas }) => replicas.length));
    const found = differences(wanted, { partitions: partitions.length, replication, config });
    if (found.length > 0) onEvent({ type: 'topic-differs', topic: name, differences: found });
  }
}
