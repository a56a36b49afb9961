import type { Clock } from '../../clock/clock.ts';
import type { BrokerQuestions, PartitionRange } from './broker-questions.ts';

/** Back-pressure asks far more often than the answer changes anything. */
const freshMs = 500;

interface Answer {
  readonly at: number;
  readonly behind: Promise<ReadonlyMap<number, number>>;
}

/** Messages a group has not finished, by partition, asked from the brokers, so that a process that does not consume knows them too. */
export class GroupLag {
  readonly #questions: BrokerQuestions;
  readonly #clock: Clock;
  readonly #answers = new Map<string, Answer>();

  constructor(questions: BrokerQuestions, clock: Clock) {
    this.#questions = questions;
    this.#clock = clock;
  }

  async behind(topic: string, groupId: string): Promise<ReadonlyMap<number, number>> {
    const known = this.#answers.get(groupId);
    if (known && this.#clock.now() - known.at < freshMs) return known.behind;
    const answer = { at: this.#clock.now(), behind: this.#ask(topic, groupId) };
    this.#answers.set(groupId, answer);
    answer.behind.catch(() => this.#answers.delete(groupId));
    return answer.behind;
  }

  async #ask(topic: string, groupId: string): Promise<ReadonlyMap<number, number>> {
    const [committed, ranges] = await Promise.all([this.#questions.committed(groupId, topic), this.#questions.ranges(topic)]);
    const of = (partition: number, { low, high }: PartitionRange) => high - Math.max(committed.get(partition)?.next ?? low, low);
    return new Map([...ranges].map(([partition, range]) => [partition, Math.max(0, of(partition, range))]));
  }
}
