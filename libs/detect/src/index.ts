export { type Budget, budgetsOf } from './budgets/budget.ts';
export { checkBudgets } from './budgets/check-budgets.ts';
export { GivenValueInvalid, givenValuesSchema, judgeGiven } from './budgets/given-values.ts';
export { annotationLines, type Judged, junitOf, verdictDocument, verdictLines } from './budgets/verdict-text.ts';
