export declare function buildBrowserSdk(dir?: string): Promise<void>;
