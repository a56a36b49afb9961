import { join } from 'node:path';
import { NativeKafka, newClusterId } from './native-kafka.ts';
import { freePort } from './native-process.ts';

/** Several brokers on one machine, each also a controller. */
export class NativeKafkaCluster {
  private constructor(readonly brokers: NativeKafka[]) {}

  static async start(dir: string, count: number): Promise<NativeKafkaCluster> {
    const controllerPorts = await Promise.all(Array.from({ length: count }, freePort));
    const voters = controllerPorts.map((port, n) => `${n + 1}@127.0.0.1:${port}`);
    const clusterId = newClusterId();
    const starting = controllerPorts.map((controllerPort, n) =>
      NativeKafka.start({ dir: join(dir, `broker-${n + 1}`), controllerPort, member: { id: n + 1, voters, clusterId } }),
    );
    return new NativeKafkaCluster(await Promise.all(starting));
  }

  get addresses(): string[] {
    return this.brokers.map(({ brokers }) => brokers);
  }

  async kill(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.kill()));
  }

  /** Starts those again that have ended. */
  async restart(): Promise<void> {
    await Promise.all(
      this.brokers.map(async (broker, n) => {
        if (broker.process.ended) this.brokers[n] = await broker.restart();
      }),
    );
  }
}
