import { type DynamicModule, Module } from '@nestjs/common';
import { ChangeToken } from '#platform';
import { BuildsController } from './api/builds.controller.ts';
import { HouseController } from './api/house.controller.ts';
import { ProjectsController } from './api/projects.controller.ts';
import { RunsController } from './api/runs.controller.ts';
import { UploadTurn } from './api/upload-turn.ts';
import { HouseRuns } from './house/house-runs.ts';
import { LhciBuildDesk } from './lhci-build-desk.ts';
import { LhciLookup } from './lhci-lookup.ts';
import { LhciOptions } from './lhci-options.ts';
import { LhciProjectDesk } from './lhci-project-desk.ts';
import { LinksController, PrintedLinkController } from './pages/links.controller.ts';
import { PagesController } from './pages/pages.controller.ts';
import { LhciBuilds } from './store/lhci-builds.ts';
import { LhciProjects } from './store/lhci-projects.ts';
import { LhciRuns } from './store/lhci-runs.ts';
import { LhciStatistics } from './store/lhci-statistics.ts';
import { LhrStore } from './store/lhr-store.ts';

/** Speaks the API of a Lighthouse CI server under /lhci. Needs `Warehouse` and `Clock` from a global module. */
@Module({})
export class LhciModule {
  static forRoot(options: LhciOptions): DynamicModule {
    return {
      module: LhciModule,
      controllers: [
        ...[HouseController, ProjectsController, BuildsController, RunsController],
        ...[PagesController, LinksController, PrintedLinkController],
      ],
      providers: [
        { provide: LhciOptions, useValue: options },
        { provide: ChangeToken, useValue: new ChangeToken(options.operateToken) },
        ...[
          LhciProjects,
          LhciBuilds,
          LhciRuns,
          LhciStatistics,
          LhrStore,
          HouseRuns,
          LhciLookup,
          LhciBuildDesk,
          LhciProjectDesk,
          UploadTurn,
        ],
      ],
    };
  }
}
