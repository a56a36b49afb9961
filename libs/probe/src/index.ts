export { LhciModule } from './lhci/lhci.module.ts';
export { LhciOptions } from './lhci/lhci-options.ts';
export { representativeRun } from './lhr/representative-run.ts';
