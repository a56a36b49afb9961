import { KeepAliveConnection } from '../test/load/keep-alive-connection.ts';

export interface ClosedLoop {
  readonly port: number;
  readonly path: string;
  readonly contentType: string;
  /** Made before the clock starts; sent in turn. */
  readonly bodies: readonly (() => string | Buffer)[];
  readonly connections: number;
  readonly requests: number;
  /** Status that counts. */
  readonly expected: number;
}

export interface ClosedLoopResult {
  readonly seconds: number;
  readonly accepted: number;
  readonly others: Readonly<Record<string, number>>;
}

/** Keep-alive connections, each with one request under way; the next is sent when the last is answered. */
export async function closedLoop(order: ClosedLoop): Promise<ClosedLoopResult> {
  const { connections, requests, expected } = order;
  const statuses: Record<string, number> = {};
  let begun = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = new KeepAliveConnection(order.port);
      while (begun < requests) {
        begun += 1;
        const status = await connection.exchange(requestOf(order, begun));
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
      connection.close();
    }),
  );
  const { [expected]: accepted = 0, ...others } = statuses;
  return { seconds: (performance.now() - started) / 1000, accepted, others };
}

function requestOf({ port, path, contentType, bodies }: ClosedLoop, serial: number): Buffer {
  const body = Buffer.from(bodies[serial % bodies.length]!() as string);
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: ${contentType}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
