import { Controller, Delete, Get, Header, HttpCode, Param, Post, Put, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { AlertState, BodyPipe, JsonBody, MayChange, pageOf, projectOf, QueryPipe, RefuseHeavy, readCursor } from '#platform';
import { recall } from '../alert-book.ts';
import { AlertApiOptions } from './alert-api-options.ts';
import type { ruleAnswer, ruleListAnswer, testAnswer } from './answers.ts';
import { IdPipe } from './id-pipe.ts';
import { changeParameters, copyBody, looseRuleBody, oneParameters, ruleDeleteParameters, ruleListParameters } from './parameters.ts';
import { RuleDesk, type Whose } from './rule-desk.ts';
import { ruleAnswerOf, type ShelvedRule, severityOf } from './shelved-rule.ts';
import { TestFire } from './test-fire.ts';

type Answer = Promise<z.output<typeof ruleAnswer>>;
type Changing = z.output<typeof changeParameters>;

/** Rules: what people are woken for. */
@Controller('api/alerts/rules')
@UseInterceptors(RefuseHeavy)
export class RulesController {
  constructor(
    private readonly desk: RuleDesk,
    private readonly fire: TestFire,
    private readonly state: AlertState,
    private readonly options: AlertApiOptions,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  async list(
    @Query(new QueryPipe(ruleListParameters)) query: z.output<typeof ruleListParameters>,
  ): Promise<z.output<typeof ruleListAnswer>> {
    const project = projectOf(query.project, this.options);
    const behind = readCursor(query.cursor)?.id ?? '';
    const wanted = (await this.desk.list(project)).filter((rule) => isWanted(rule, query) && placeOf(rule) > behind);
    const { data, next } = pageOf(wanted, query.limit, (rule) => ({ at: 0, id: placeOf(rule) }));
    const open = await this.#openIncidents(project);
    return { data: data.map((rule) => ruleAnswerOf(rule, open.get(rule.config.id) ?? 0)), next };
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  async one(@Param('id', IdPipe) id: string, @Query(new QueryPipe(oneParameters)) query: z.output<typeof oneParameters>): Answer {
    const project = projectOf(query.project, this.options);
    return this.#answer(project, await this.desk.one(project, id));
  }

  @Put(':id')
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async put(
    @Param('id', IdPipe) id: string,
    @Query(new QueryPipe(changeParameters)) query: Changing,
    @JsonBody(new BodyPipe(looseRuleBody)) { rule, version }: z.output<typeof looseRuleBody>,
  ): Answer {
    const whose = this.#whose(query);
    return this.#answer(whose.project, await this.desk.put(whose, id, rule, version));
  }

  @Delete(':id')
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async remove(
    @Param('id', IdPipe) id: string,
    @Query(new QueryPipe(ruleDeleteParameters)) query: z.output<typeof ruleDeleteParameters>,
  ): Answer {
    const whose = this.#whose(query);
    return this.#answer(whose.project, await this.desk.remove(whose, id, query.version));
  }

  @Post(':id/copy')
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async copy(
    @Param('id', IdPipe) id: string,
    @Query(new QueryPipe(changeParameters)) query: Changing,
    @JsonBody(new BodyPipe(copyBody)) body: z.output<typeof copyBody>,
  ): Answer {
    const whose = this.#whose(query);
    return this.#answer(whose.project, await this.desk.copy(whose, id, body?.id));
  }

  @Post(':id/enable')
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async enable(@Param('id', IdPipe) id: string, @Query(new QueryPipe(changeParameters)) query: Changing): Answer {
    const whose = this.#whose(query);
    return this.#answer(whose.project, await this.desk.setEnabled(whose, id, true));
  }

  @Post(':id/disable')
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async disable(@Param('id', IdPipe) id: string, @Query(new QueryPipe(changeParameters)) query: Changing): Answer {
    const whose = this.#whose(query);
    return this.#answer(whose.project, await this.desk.setEnabled(whose, id, false));
  }

  @Post(':id/test')
  @HttpCode(200)
  @UseGuards(MayChange)
  @Header('cache-control', 'no-store')
  async test(
    @Param('id', IdPipe) id: string,
    @Query(new QueryPipe(changeParameters)) query: Changing,
  ): Promise<z.output<typeof testAnswer>> {
    const whose = this.#whose(query);
    return this.fire.rule(whose, (await this.desk.one(whose.project, id)).config);
  }

  #whose({ project, by }: Changing): Whose {
    return { project: projectOf(project, this.options), by };
  }

  async #answer(project: string, rule: ShelvedRule): Answer {
    return ruleAnswerOf(rule, (await this.#openIncidents(project)).get(rule.config.id) ?? 0);
  }

  async #openIncidents(project: string): Promise<Map<string, number>> {
    const open = [...(await recall(this.state, 'incident')).values()].filter(
      ({ value }) => value.project === project && value.resolvedAt === null,
    );
    return new Map([...Map.groupBy(open, ({ value }) => value.rule.id)].map(([rule, mine]) => [rule, mine.length]));
  }
}

/** Two of one name are there where the file has one that was made here before. */
const placeOf = ({ config, source }: ShelvedRule) => `${config.id} ${source}`;

function isWanted({ config, source }: ShelvedRule, query: z.output<typeof ruleListParameters>): boolean {
  if (query.source !== undefined && query.source !== source) return false;
  if (query.enabled !== undefined && String(config.enabled) !== query.enabled) return false;
  const severity = severityOf(config);
  return query.severity === undefined || (severity !== null && query.severity.includes(severity));
}
