export { IntakeModule, type IntakeOptions } from './intake/intake.module.ts';
export { LoadingModule, type LoadingOptions } from './loading/loading.module.ts';
