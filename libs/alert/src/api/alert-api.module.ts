import { type DynamicModule, Module } from '@nestjs/common';
import { ChangeToken } from '#platform';
import { AlertApiOptions } from './alert-api-options.ts';
import { BacktestController } from './backtest.controller.ts';
import { ChannelsController } from './channels.controller.ts';
import { IncidentChartController } from './incident-chart.controller.ts';
import { IncidentPageController } from './incident-page.controller.ts';
import { IncidentsController } from './incidents.controller.ts';
import { InstancesController } from './instances.controller.ts';
import { RecordsController } from './records.controller.ts';
import { RuleDesk } from './rule-desk.ts';
import { RulesController } from './rules.controller.ts';
import { SilencesController } from './silences.controller.ts';
import { SlackActionsController } from './slack-actions.controller.ts';
import { TestFire } from './test-fire.ts';

/** Answers what people ask about alerts, and does what they decide. Needs `AlertState`, `Warehouse` and `Clock` from a global module. */
@Module({})
export class AlertApiModule {
  static forRoot(options: AlertApiOptions): DynamicModule {
    return {
      module: AlertApiModule,
      controllers: [
        ...[RulesController, InstancesController, IncidentsController, ChannelsController, SilencesController],
        ...[RecordsController, SlackActionsController, BacktestController, IncidentChartController, IncidentPageController],
      ],
      providers: [
        { provide: AlertApiOptions, useValue: options },
        { provide: ChangeToken, useValue: new ChangeToken(options.operateToken) },
        ...[RuleDesk, TestFire],
      ],
    };
  }
}
