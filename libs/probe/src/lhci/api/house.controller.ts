import { Controller, Get, UseFilters, UseGuards } from '@nestjs/common';
import { BasicAuth } from '../access/basic-auth.ts';
import { LhciErrors } from './lhci-errors.ts';

/** Of Lighthouse CI, whose server this is like: clients of 0.15 and 0.16 find it fitting. */
const version = '0.15.1';

/** What clients ask of the server itself. */
@Controller('lhci')
@UseFilters(LhciErrors)
export class HouseController {
  /** Before any password. */
  @Get('healthz')
  healthz(): string {
    return 'healthy';
  }

  @Get('version')
  @UseGuards(BasicAuth)
  version(): string {
    return version;
  }

  @Get('v1/viewer/origin')
  @UseGuards(BasicAuth)
  viewerOrigin() {
    return { viewerOrigin: 'https://googlechrome.github.io' };
  }
}
