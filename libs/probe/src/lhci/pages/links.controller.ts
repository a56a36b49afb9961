import { Controller, Get, Param, Query, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LhciErrors } from '../api/lhci-errors.ts';
import { anchorOf } from './build-page.ts';

/**
 * Addresses of Lighthouse CI's own pages, which clients print and people have kept. They lead on by relative paths: what stands before /lhci is
 * a proxy's business.
 */
@Controller('lhci')
@UseFilters(LhciErrors)
export class LinksController {
  @Get()
  home(@Res() reply: FastifyReply): void {
    void reply.redirect('lhci/projects', 302);
  }

  @Get('app')
  app(@Res() reply: FastifyReply): void {
    void reply.redirect('projects', 302);
  }

  @Get('app/projects')
  projects(@Res() reply: FastifyReply): void {
    void reply.redirect('../projects', 302);
  }

  @Get('app/projects/:slug')
  project(@Param('slug') slug: string, @Res() reply: FastifyReply): void {
    void reply.redirect(`../../projects/${encodeURIComponent(slug)}`, 302);
  }

  @Get('app/projects/:slug/dashboard')
  dashboard(@Param('slug') slug: string, @Res() reply: FastifyReply): void {
    void reply.redirect(`../../../projects/${encodeURIComponent(slug)}`, 302);
  }

  @Get('app/projects/:slug/compare/:buildId')
  compare(
    @Param('slug') slug: string,
    @Param('buildId') buildId: string,
    @Query('compareUrl') url: unknown,
    @Res() reply: FastifyReply,
  ): void {
    void reply.redirect(`../../../../${buildPath(slug, buildId, url)}`, 302);
  }
}

/** The client makes the address of a build from the server's alone, and drops the path of it. */
@Controller('app/projects')
@UseFilters(LhciErrors)
export class PrintedLinkController {
  @Get(':slug/compare/:buildId')
  compare(
    @Param('slug') slug: string,
    @Param('buildId') buildId: string,
    @Query('compareUrl') url: unknown,
    @Res() reply: FastifyReply,
  ): void {
    void reply.redirect(`../../../../lhci/${buildPath(slug, buildId, url)}`, 302);
  }
}

function buildPath(slug: string, buildId: string, url: unknown): string {
  const anchor = typeof url === 'string' ? `#${anchorOf(url)}` : '';
  return `projects/${encodeURIComponent(slug)}/builds/${encodeURIComponent(buildId)}${anchor}`;
}
