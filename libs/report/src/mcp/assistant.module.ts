import { type DynamicModule, Module } from '@nestjs/common';
import type { RouteDescription } from '#platform';
import { routes } from '../api/routes.ts';
import { AssistantController, AssistantOptions } from './assistant.controller.ts';
import type { Tokens } from './assistant-access.ts';
import type { SqlDoor } from './assistant-sql.ts';
import { assistantTools } from './assistant-tools.ts';

export interface AssistantModuleOptions {
  readonly version: string;
  /** What the house answers under /api beside the questions of this lib. */
  readonly furtherRoutes: readonly RouteDescription[];
  readonly tokens: Tokens;
  readonly sql: () => SqlDoor | undefined;
}

/** `/mcp`: the API's questions as tools for assistants. Needs the modules that answer them in the same application. */
@Module({})
export class AssistantModule {
  static forRoot({ version, furtherRoutes, tokens, sql }: AssistantModuleOptions): DynamicModule {
    const tools = assistantTools([...routes, ...furtherRoutes]);
    return {
      module: AssistantModule,
      controllers: [AssistantController],
      providers: [{ provide: AssistantOptions, useValue: new AssistantOptions(version, tools, tokens, sql) }],
    };
  }
}
