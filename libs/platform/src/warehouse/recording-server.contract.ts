import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { zstdDecompressSync } from 'node:zlib';

export interface RecordedRequest {
  readonly settings: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface GivenAnswer {
  readonly status?: number;
  readonly text?: string;
}

/** Stands where a ClickHouse server would, remembers what came and answers as it is told. */
export class RecordingServer {
  readonly requests: RecordedRequest[] = [];
  answer: GivenAnswer = {};

  private constructor(private readonly server: Server) {}

  static async open(): Promise<RecordingServer> {
    const server = createServer((request, response) => {
      void buffer(request).then((body) => {
        const plain = request.headers['content-encoding'] === 'zstd' ? zstdDecompressSync(body) : body;
        const settings = Object.fromEntries(new URL(request.url!, 'http://x').searchParams);
        // The greeting at the start is not what a test asks about.
        const greeting = plain.toString().startsWith('SELECT 1');
        if (!greeting) recording.requests.push({ settings, body: plain.toString() });
        const { status = 200, text = '' } = greeting ? {} : recording.answer;
        response.writeHead(status).end(text);
      });
    });
    const recording = new RecordingServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return recording;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What a server says when something is wrong. */
  fail(code: number, message = 'it went wrong', name = 'SOME_NAME'): void {
    this.answer = { status: 500, text: `Code: ${code}. DB::Exception: ${message}. (${name}) (version 26.7.2.1)\n` };
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** A wire to a server that can lose what comes back. */
export class CuttingWire {
  /** Answers still to be lost: the server has done its work by then. */
  losing = 0;

  private constructor(private readonly server: TcpServer) {}

  static async to(port: number): Promise<CuttingWire> {
    const server = createTcpServer((near) => {
      const far = connect(port, '127.0.0.1');
      near.pipe(far);
      far.on('data', (bytes: Buffer) => {
        if (wire.losing === 0) return near.write(bytes);
        wire.losing -= 1;
        near.write(bytes.subarray(0, 20), () => near.destroy());
        return false;
      });
      near.on('error', () => undefined).on('close', () => far.destroy());
      far.on('error', () => undefined).on('close', () => near.destroy());
    });
    const wire = new CuttingWire(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
