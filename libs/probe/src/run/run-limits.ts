/** How long a run may take, milliseconds: a page, and a flow, whose steps together are longer. */
export const runLimitMs = { page: 90_000, flow: 180_000 } as const;
