/** Of the row that replaces another one; grows also where the clock does not. */
export const nextVersion = ({ version }: { readonly version: number }, now: number) => Math.max(now, version + 1);
