import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LhciLookup } from '../lhci-lookup.ts';
import type { LhciProject } from '../lhci-project.ts';
import { LhciRefusal } from '../lhci-refusal.ts';
import { isAdminToken, isBuildToken } from './tokens.ts';

interface AdmittedRequest extends FastifyRequest {
  lhciProject?: LhciProject;
}

/** Lets through who has the token of the project in the address; before the body is read. Nothing tells whether there is such a project. */
abstract class TokenGuard implements CanActivate {
  constructor(
    private readonly lookup: LhciLookup,
    private readonly header: string,
    private readonly fits: (project: LhciProject, token: string) => boolean,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AdmittedRequest>();
    const { projectId = '' } = request.params as { projectId?: string };
    const project = await this.lookup.projectById(projectId);
    const token = request.headers[this.header];
    if (!project || typeof token !== 'string' || !this.fits(project, token)) throw new LhciRefusal(403, 'Invalid token');
    request.lhciProject = project;
    return true;
  }
}

/** Who may add builds. */
@Injectable()
export class BuildToken extends TokenGuard {
  constructor(lookup: LhciLookup) {
    super(lookup, 'x-lhci-build-token', isBuildToken);
  }
}

/** Who may change and delete. */
@Injectable()
export class AdminToken extends TokenGuard {
  constructor(lookup: LhciLookup) {
    super(lookup, 'x-lhci-admin-token', isAdminToken);
  }
}

/** The project whose token was given. */
export const AdmittedProject = createParamDecorator((_: unknown, context: ExecutionContext): LhciProject => {
  const { lhciProject } = context.switchToHttp().getRequest<AdmittedRequest>();
  if (!lhciProject) throw new Error('this route has no guard that admits by token');
  return lhciProject;
});
