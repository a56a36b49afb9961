import type { IncomingHttpHeaders } from 'node:http';
import { Controller, Headers, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AlertState, Clock, RawBody, Refusal } from '#platform';
import { takeSlackAction } from '../channels/slack/take-slack-action.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import { operatingParts } from './operating-parts.ts';
import { slackOperations } from './slack-actions.ts';

/** Slack's buttons. Nobody who has the signing secret needs a token, and nobody else gets in. */
@Controller('api/alerts/slack')
export class SlackActionsController {
  constructor(
    private readonly state: AlertState,
    private readonly clock: Clock,
    private readonly options: AlertApiOptions,
  ) {}

  @Post('actions')
  async take(@RawBody() body: Buffer, @Headers() headers: IncomingHttpHeaders, @Res() reply: FastifyReply): Promise<void> {
    const { slackSigningSecret } = this.options;
    if (slackSigningSecret === undefined) throw new Refusal('not_found', "Slack's buttons are answered where SLACK_SIGNING_SECRET is set");
    const now = this.clock.now();
    const operations = slackOperations(await operatingParts(this.state, this.options), now);
    const { status } = await takeSlackAction(body, headers, now, slackSigningSecret, operations);
    void reply.status(status).header('cache-control', 'no-store').send();
  }
}
