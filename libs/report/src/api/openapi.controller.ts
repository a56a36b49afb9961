import { Controller, Get, Header } from '@nestjs/common';
import { openApiDocument } from './openapi.ts';
import { routes } from './routes.ts';

const note = `Beaconhouse API

POST /api/rum-metrics                 take a beacon in
${routes.map(({ method, path, summary }) => `${(method ?? 'get').toUpperCase().padEnd(5)}${path.replace(/\{(\w+)\}/g, ':$1').padEnd(33)}${summary}`).join('\n')}
GET  /api/openapi.json                 all of it as OpenAPI 3.1

Every error is {"error":{"code","message","field","limit"}}. SQL over the same data: docs/sql.md.
`;

/** The API about itself. */
@Controller('api')
export class OpenApiController {
  @Get('openapi.json')
  @Header('cache-control', 'no-store')
  document(): Record<string, unknown> {
    return openApiDocument();
  }

  @Get()
  @Header('cache-control', 'no-store')
  @Header('content-type', 'text/plain; charset=utf-8')
  note(): string {
    return note;
  }
}
