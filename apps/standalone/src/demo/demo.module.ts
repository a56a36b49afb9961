import { type DynamicModule, Module } from '@nestjs/common';
import { DEMO_OPTIONS, type DemoOptions } from './demo-options.ts';
import { DemoPages } from './demo-pages.ts';
import { PagesController } from './pages.controller.ts';
import { SdkController } from './sdk.controller.ts';
import { ToolDesk } from './tools/tool-desk.ts';
import { ToolsController } from './tools.controller.ts';

export type { DemoInfo, DemoOptions } from './demo-options.ts';

/** `/demo`, the three sample widgets, the tools behind them, and the browser SDK under `/sdk/`. */
@Module({})
export class DemoModule {
  static forRoot(options: DemoOptions): DynamicModule {
    return {
      module: DemoModule,
      controllers: [PagesController, SdkController, ToolsController],
      providers: [
        { provide: DEMO_OPTIONS, useValue: options },
        { provide: DemoPages, useFactory: () => new DemoPages(options.pagesFolder, options.sdkFolder) },
        { provide: ToolDesk, useFactory: () => new ToolDesk(options.clock) },
      ],
    };
  }
}
