/** JSON of a client, of which nothing is certain. */
export type Said = Readonly<Record<string, unknown>>;

export const isSaid = (value: unknown): value is Said => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object below a name; one without members where there is none. */
export const saidOf = (value: unknown): Said => (isSaid(value) ? value : {});

/** The text below a name; empty where there is none. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
