export { followKeys } from './intake/follow-keys.ts';
export { IntakeModule, type IntakeOptions } from './intake/intake.module.ts';
export { IntakeGate } from './intake/intake-gate.ts';
export { LedgerBook } from './intake/ledger-book.ts';
export { LedgerAuditModule } from './loading/ledger-audit.ts';
export { caughtUp, recoverLedger } from './loading/ledger-recovery.ts';
export { LoadingModule, type LoadingOptions } from './loading/loading.module.ts';
export { type ReplayReport, replayDeadLetters } from './loading/replay.ts';
export { ViewSettlingModule } from './views/view-settling.module.ts';
