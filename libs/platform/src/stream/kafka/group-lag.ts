import type { Clock } from '../../clock/clock.ts';
import type { BrokerQuestions } from './broker-questions.ts';

/** Back-pressure asks far more often than the answer changes anything. */
const freshMs = 500;

interface Answer {
  readonly at: number;
  readonly messages: Promise<number>;
}

/** Messages a group has not finished, asked from the brokers, so that a process that does not consume knows them too. */
export class GroupLag {
  readonly #questions: BrokerQuestions;
  readonly #clock: Clock;
  readonly #answers = new Map<string, Answer>();

  constructor(questions: BrokerQuestions, clock: Clock) {
    this.#questions = questions;
    this.#clock = clock;
  }

  async messages(topic: string, groupId: string): Promise<number> {
    const known = this.#answers.get(groupId);
    if (known && this.#clock.now() - known.at < freshMs) return known.messages;
    const answer = { at: this.#clock.now(), messages: this.#ask(topic, groupId) };
    this.#answers.set(groupId, answer);
    answer.messages.catch(() => this.#answers.delete(groupId));
    return answer.messages;
  }

  async #ask(topic: string, groupId: string): Promise<number> {
    const [committed, ranges] = await Promise.all([this.#questions.committed(groupId, topic), this.#questions.ranges(topic)]);
    const behind = [...ranges].map(([partition, { low, high }]) => high - Math.max(committed.get(partition)?.next ?? low, low));
    return behind.reduce((sum, messages) => sum + Math.max(0, messages), 0);
  }
}
