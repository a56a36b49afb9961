export declare function buildNodeSdk(dir?: string): Promise<void>;
