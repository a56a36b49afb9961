import { createBudgets } from './create-budgets.ts';

export { type BudgetInput, type Budgets, type BudgetsOptions, createBudgets, type Scope, type Violation } from './create-budgets.ts';

/** By the budgets that Beaconhouse ships. Each program, or page, has one list of violations. */
export const { checkBudget, getViolations, clearViolations } = createBudgets();
