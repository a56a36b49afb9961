import { Controller, Get, Inject, Redirect, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DEMO_OPTIONS, type DemoInfo, type DemoOptions } from './demo-options.ts';
import { DemoPages } from './demo-pages.ts';
import { protectPage } from './static/page-headers.ts';
import { cacheBriefly, cacheForever, cacheNever, sendAsset, sendNotFound } from './static/send-asset.ts';

/** The demo's pages: a chat with a widget in it, the widgets alone, and what they load. */
@Controller()
export class PagesController {
  constructor(
    @Inject(DemoPages) private readonly pages: DemoPages,
    @Inject(DEMO_OPTIONS) private readonly options: DemoOptions,
  ) {}

  @Get('/')
  @Redirect('/demo', 302)
  root(): void {}

  @Get('/demo')
  demo(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#page('index', request, reply);
  }

  @Get('/widget-preview/:name')
  widget(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#page(`widgets/${(request.params as { name: string }).name}`, request, reply);
  }

  @Get('/demo/info')
  info(@Res() reply: FastifyReply): void {
    reply
      .header('cache-control', 'no-store')
      .header('x-content-type-options', 'nosniff')
      .send(this.options.info() satisfies DemoInfo);
  }

  @Get('/demo/assets/*')
  asset(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    // A widget in a frame without `allow-same-origin` has the origin `null`, and modules are fetched with CORS.
    reply.header('access-control-allow-origin', '*');
    const found = this.pages.assets.find(restOf(request));
    if (found) sendAsset(request, reply, found.asset, found.current ? cacheForever : cacheBriefly);
    else sendNotFound(reply, 'such file');
  }

  @Get('/favicon.ico')
  icon(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const icon = this.pages.assets.find('icon.svg');
    if (icon) sendAsset(request, reply, icon.asset, cacheBriefly);
    else sendNotFound(reply, 'icon');
  }

  #page(name: string, request: FastifyRequest, reply: FastifyReply): void {
    const page = this.pages.page(name);
    if (page) sendAsset(request, protectPage(reply), page, cacheNever);
    else sendNotFound(reply, 'such page');
  }
}

/** What stands for the `*` of the route. */
export const restOf = (request: FastifyRequest): string => (request.params as Record<string, string>)['*'] ?? '';
