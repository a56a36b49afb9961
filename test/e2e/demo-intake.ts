import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Beacon, BeaconMetric } from '#contracts';

/** An intake that takes everything and hands it back, typed. A beacon sent again under its id counts once, as in the real one. */
export class RecordingIntake {
  readonly #beacons = new Map<string, Beacon>();

  get beacons(): Beacon[] {
    return [...this.#beacons.values()];
  }

  /** With what their beacon says for all of them. */
  get metrics(): BeaconMetric[] {
    return this.beacons.flatMap(({ common, metrics }) => (metrics as BeaconMetric[]).map((metric) => ({ ...common, ...metric })));
  }

  /** One entry for each value measured, with what tells it from the others of its name; later reports of a value once. */
  get summary(): string[] {
    const values = new Map(this.metrics.map((metric, at) => [metric.id ?? `no id ${at}`, metric]));
    return [...values.values()].map(({ name, widgetContext, attributes }) => {
      const about = name === 'widget-render-time' ? attributes?.measure : widgetContext?.toolName;
      return [name, about].filter(Boolean).join(' ');
    });
  }

  register(fastify: FastifyInstance): void {
    const take = async (request: FastifyRequest, reply: FastifyReply) => {
      reply.header('access-control-allow-origin', '*');
      const pieces: Buffer[] = [];
      for await (const piece of request.raw) pieces.push(piece);
      const beacon = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Beacon;
      this.#beacons.set(beacon.beaconId ?? randomUUID(), beacon);
      return reply.status(204).send();
    };
    fastify.post('/api/rum-metrics', take);
    fastify.options('/api/rum-metrics', (_request, reply) =>
      reply.headers({ 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type' }).status(204).send(),
    );
  }

  /** Waits until what has arrived satisfies; the test's own time limit ends the wait. */
  async until(satisfied: (summary: string[]) => boolean): Promise<void> {
    while (!satisfied(this.summary)) await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
