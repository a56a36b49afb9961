import type { IncomingHttpHeaders } from 'node:http';
import { Controller, Headers, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AlertState, Clock, RawBody, Refusal } from '#platform';
import { AlertApiOptions } from './alert-api-options.ts';
import { operatingParts } from './operating-parts.ts';

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
    const { slack } = this.options;
    if (!slack) throw new Refusal('not_found', "Slack's buttons are answered where SLACK_SIGNING_SECRET is set");
    const answer = await slack(body, headers, this.clock.now(), await operatingParts(this.state, this.options));
    void reply
      .status(answer.status)
      .header('cache-control', 'no-store')
      .send(answer.body ?? '');
  }
}
