import type { Topic } from '#contracts';
import type { BlockName } from '../event-stream.ts';

/** What an operator wants to know of a stream that goes on by itself. Errors are texts, so that every event can be logged as it is. */
export type KafkaEvent =
  | { readonly type: 'block-failed'; readonly block: BlockName; readonly error: string }
  | { readonly type: 'producer-replaced'; readonly error: string }
  | { readonly type: 'brokers-unreachable'; readonly error: string }
  | { readonly type: 'assigned'; readonly topic: Topic; readonly group: string; readonly from: readonly AssignedPosition[] }
  | { readonly type: 'consumer-restarted'; readonly topic: Topic; readonly group: string; readonly reason: string }
  | { readonly type: 'messages-lost'; readonly topic: Topic; readonly partition: number; readonly from: number; readonly to: number }
  | { readonly type: 'topic-made'; readonly topic: string; readonly partitions: number; readonly replication: number }
  | { readonly type: 'topic-differs'; readonly topic: string; readonly differences: readonly string[] };

/** Where a partition's new owner begins; `to` is the end of a block that its last owner had in hand. */
interface AssignedPosition {
  readonly partition: number;
  readonly next: number | null;
  readonly to: number | null;
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
