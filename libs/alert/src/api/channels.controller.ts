import { Controller, Get, Header, HttpCode, Param, Post, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { AlertState, Clock, Disconnect, MayChange, projectOf, QueryPipe, RefuseHeavy, Warehouse } from '#platform';
import { recall } from '../alert-book.ts';
import { healthOf, lastAttempts } from '../journal/channel-health.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import type { channelListAnswer, testAnswer } from './answers.ts';
import { IdPipe } from './id-pipe.ts';
import { changeParameters, channelListParameters } from './parameters.ts';
import { TestFire } from './test-fire.ts';

/** Channels: where incidents are told. What is secret about them this process need not know. */
@Controller('api/alerts/channels')
@UseInterceptors(RefuseHeavy)
export class ChannelsController {
  constructor(
    private readonly state: AlertState,
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly fire: TestFire,
    private readonly options: AlertApiOptions,
  ) {}

  /** At most as many as the configuration may have. */
  @Get()
  @Header('cache-control', 'no-store')
  async list(
    @Query(new QueryPipe(channelListParameters)) _query: z.output<typeof channelListParameters>,
    @Disconnect() signal: AbortSignal,
  ): Promise<z.output<typeof channelListAnswer>> {
    const now = this.clock.now();
    const [channels, attempts] = await Promise.all([recall(this.state, 'channel'), lastAttempts(this.warehouse, now, signal)]);
    const data = [...channels].map(([id, { value }]) => ({
      ...{ id, type: value.type, fallback: [...value.fallback], ratePerMinute: value.ratePerMinute },
      ...healthOf(attempts.get(id) ?? [], now),
    }));
    return { data: data.sort((one, other) => (one.id < other.id ? -1 : 1)) };
  }

  @Post(':id/test')
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  test(
    @Param('id', IdPipe) id: string,
    @Query(new QueryPipe(changeParameters)) { project, by }: z.output<typeof changeParameters>,
  ): Promise<z.output<typeof testAnswer>> {
    return this.fire.channel({ project: projectOf(project, this.options), by }, id);
  }
}
