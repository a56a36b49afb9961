import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DemoPages } from './demo-pages.ts';
import { restOf } from './pages.controller.ts';
import { cacheBriefly, cacheForever, sendAsset, sendNotFound } from './static/send-asset.ts';

/** `/sdk/*`: the built browser SDK, for widgets and pages on any origin. */
@Controller('sdk')
export class SdkController {
  constructor(@Inject(DemoPages) private readonly pages: DemoPages) {}

  @Get('*')
  file(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    reply
      .header('access-control-allow-origin', '*')
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('timing-allow-origin', '*');
    const found = this.pages.sdk.find(restOf(request));
    if (found) sendAsset(request, reply, found.asset, found.current ? cacheForever : cacheBriefly);
    else sendNotFound(reply, 'such file of the SDK; `npm run build` makes them');
  }
}
