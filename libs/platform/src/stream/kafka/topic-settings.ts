export interface TopicSettings {
  readonly partitions: number;
  readonly replication: number;
  readonly config: Readonly<Record<string, string>>;
}

/** Longer than a weekend: what the loaders have not stored by then is lost. */
const retentionMs = 72 * 3_600_000;
/** A call's messages for one partition are one record batch, and are never divided. */
const maxRecordBatchBytes = 8 * 1024 * 1024;

/**
 * How the house makes a topic. One replica may be missing while messages are taken in. The time of a message is the broker's, in the
 * order of the log, so that retention and questions by time do not depend on the gateways' clocks.
 */
export function wantedSettings(partitions: number, replication: number): TopicSettings {
  const config = {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    'min.insync.replicas': String(Math.max(1, replication - 1)),
    'message.timestamp.type': 'LogAppendTime',
    'max.message.bytes': String(maxRecordBatchBytes),
    'unclean.leader.election.enable': 'false',
  };
  return { partitions, replication, config };
}

/** Settings of which more is as good. -1 is without a limit. */
const atLeast: ReadonlySet<string> = new Set(['retention.ms', 'min.insync.replicas', 'max.message.bytes']);

/** In words, where an existing topic keeps less than it should. */
export function differences(wanted: TopicSettings, found: TopicSettings): string[] {
  const counts = [
    ...(found.partitions < wanted.partitions ? [`${found.partitions} partitions instead of ${wanted.partitions}`] : []),
    ...(found.replication < wanted.replication ? [`${found.replication} replicas instead of ${wanted.replication}`] : []),
  ];
  const settings = Object.entries(wanted.config)
    .filter(([name, value]) => found.config[name] !== undefined && !satisfies(name, found.config[name], value))
    .map(([name, value]) => `${name} is ${found.config[name]} instead of ${value}`);
  return [...counts, ...settings];
}

function satisfies(name: string, found: string, wanted: string): boolean {
  if (!atLeast.has(name)) return found === wanted;
  return found === '-1' || Number(found) >= Number(wanted);
}
