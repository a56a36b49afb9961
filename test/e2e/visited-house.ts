import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ClusterHouse } from './cluster-house.ts';
import { type DemoHouse, openDemoHouse } from './demo-house.ts';
import { StandaloneProcess } from './standalone-process.ts';

/** A house whose demo is visited with a browser, in either mode. */
export interface VisitedHouse {
  /** Origin of the demo's pages; their beacons go there too. */
  readonly pages: string;
  /** As an analyst asks. */
  ask<Row>(sql: string): Promise<Row[]>;
  /** Nobody has been here before. */
  forgetVisits(): Promise<void>;
  /** At once and without a goodbye, with the pages' server. */
  goAway(): Promise<void>;
  /** Under the same address and on the same data. */
  comeBack(): Promise<void>;
  dispose(): Promise<void>;
}

/** One process that serves the pages, takes the beacons and stores them. */
export class VisitedStandalone implements VisitedHouse {
  private constructor(private house: StandaloneProcess) {}

  static async start(): Promise<VisitedStandalone> {
    return new VisitedStandalone(await StandaloneProcess.start());
  }

  get pages(): string {
    return this.house.http;
  }

  ask<Row>(sql: string): Promise<Row[]> {
    return this.house.askAsReader<Row>(sql);
  }

  forgetVisits(): Promise<void> {
    return forgetEvents(this.house);
  }

  goAway(): Promise<void> {
    return this.house.kill('SIGKILL');
  }

  async comeBack(): Promise<void> {
    const { dataDir, ports } = this.house;
    this.house = await StandaloneProcess.start({ dataDir, ports });
  }

  dispose(): Promise<void> {
    return this.house.dispose();
  }
}

/** A cluster behind a server that has the pages and passes their beacons on to the gateway, as a proxy in front of both does. */
export class VisitedCluster implements VisitedHouse {
  private constructor(
    private readonly house: ClusterHouse,
    private demo: DemoHouse,
  ) {}

  static async start(): Promise<VisitedCluster> {
    const house = await ClusterHouse.start();
    return new VisitedCluster(house, await openDemoHouse((fastify) => passBeaconsOn(fastify, house)));
  }

  get pages(): string {
    return this.demo.address;
  }

  ask<Row>(sql: string): Promise<Row[]> {
    return this.house.ask<Row>(sql);
  }

  forgetVisits(): Promise<void> {
    return forgetEvents(this.house);
  }

  async goAway(): Promise<void> {
    await this.demo.close();
    await this.house.cluster.first('gateway').process.end('SIGKILL');
  }

  async comeBack(): Promise<void> {
    await this.house.cluster.restartApp(this.house.cluster.first('gateway'), 'SIGKILL');
    const port = Number(new URL(this.demo.address).port);
    this.demo = await openDemoHouse((fastify) => passBeaconsOn(fastify, this.house), {}, port);
  }

  async dispose(): Promise<void> {
    await this.demo.close();
    await this.house.dispose();
  }
}

async function forgetEvents(house: StandaloneProcess | ClusterHouse): Promise<void> {
  await house.whenLoaded();
  await house.ask('TRUNCATE TABLE rum_events');
}

function passBeaconsOn(fastify: FastifyInstance, house: ClusterHouse): void {
  fastify.all('/api/rum-metrics', async (request: FastifyRequest, reply: FastifyReply) => {
    const pieces: Buffer[] = [];
    for await (const piece of request.raw) pieces.push(piece);
    const headers = Object.entries(request.headers).filter(([name]) => !['host', 'connection', 'content-length'].includes(name));
    const answer = await fetch(`${house.http}${request.url}`, {
      method: request.method,
      headers: headers.map(([name, value]) => [name, String(value)]),
      ...(pieces.length > 0 && { body: Buffer.concat(pieces) }),
    });
    const told = [...answer.headers].filter(([name]) => name !== 'connection' && name !== 'content-length');
    return reply
      .status(answer.status)
      .headers(Object.fromEntries(told))
      .send(Buffer.from(await answer.arrayBuffer()));
  });
}
