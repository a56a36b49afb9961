/** What one look found. `problem` keeps the product from working; a `warning` costs something. */
export interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'problem';
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
}

export const ok = (name: string, detail: string): Finding => ({ name, status: 'ok', detail });
export const warning = (name: string, detail: string, fix: string): Finding => ({ name, status: 'warning', detail, fix });
export const problem = (name: string, detail: string, fix: string): Finding => ({ name, status: 'problem', detail, fix });
