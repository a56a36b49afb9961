import { Controller, Get, Header } from '@nestjs/common';
import type { RouteDescription } from '#platform';
import { ReportOptions } from '../report-options.ts';
import { openApiDocument } from './openapi.ts';
import { routes } from './routes.ts';

const lineOf = (method: string, path: string, summary: string) =>
  `${method.toUpperCase().padEnd(7)}${path.replace(/\{(\w+)\}/g, ':$1').padEnd(40)} ${summary}`;

const noteOf = (described: readonly RouteDescription[]) => `Beaconhouse API

${lineOf('post', '/api/rum-metrics', 'take a beacon in')}
${described.map(({ method, path, summary }) => lineOf(method ?? 'get', path, summary)).join('\n')}
${lineOf('get', '/api/openapi.json', 'all of it as OpenAPI 3.1')}

Every error is {"error":{"code","message","field","limit"}}. SQL over the same data: docs/sql.md.
`;

/** The API about itself. */
@Controller('api')
export class OpenApiController {
  readonly #routes: readonly RouteDescription[];

  constructor(options: ReportOptions) {
    this.#routes = [...routes, ...options.furtherRoutes];
  }

  @Get('openapi.json')
  @Header('cache-control', 'no-store')
  document(): Record<string, unknown> {
    return openApiDocument(this.#routes);
  }

  @Get()
  @Header('cache-control', 'no-store')
  @Header('content-type', 'text/plain; charset=utf-8')
  note(): string {
    return noteOf(this.#routes);
  }
}
