export { type Budget, budgetsOf } from './budgets/budget.ts';
export { BudgetJobModule } from './budgets/budget-job.ts';
export { checkBudgets } from './budgets/check-budgets.ts';
export { GivenValueInvalid, givenValuesSchema, judgeGiven } from './budgets/given-values.ts';
export { annotationLines, type Judged, junitOf, verdictDocument, verdictLines, xmlQuoted } from './budgets/verdict-text.ts';
export { type DetectMethod, detectMethods } from './regressions/detect-given.ts';
export { detectLines } from './regressions/detect-lines.ts';
export { SeriesInvalid } from './regressions/given-series.ts';
export { RegressionModule } from './regressions/regression-job.ts';
