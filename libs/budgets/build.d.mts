export declare function buildBudgets(dir?: string): Promise<void>;
