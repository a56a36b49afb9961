import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigurationError } from '../config/environment.ts';

/** Listens and tells the port that was taken. A busy port is explained with the variable that changes it. */
export async function listen(app: NestFastifyApplication, host: string, port: number, variable: string): Promise<number> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw explainBusyPort(error, host, port, variable);
  }
  return (app.getHttpServer().address() as AddressInfo).port;
}

export function explainBusyPort(error: unknown, host: string, port: number, variable: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new ConfigurationError(
      `port ${port} on ${host} is taken by another program: set ${variable} to another port, or to 0 for any free one`,
      { cause: error },
    );
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return new ConfigurationError(`${host}:${port} cannot be listened on (${code}): see ${variable} and BEACONHOUSE_HOST`, {
      cause: error,
    });
  }
  return error;
}
