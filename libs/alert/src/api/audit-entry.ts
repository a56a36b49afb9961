import type { z } from 'zod';
import type { JournalRow } from '../journal/journal-rows.ts';
import type { auditAnswer } from './answers.ts';
import type { Difference } from './audit-record.ts';

interface Written {
  readonly action: string;
  readonly by: string;
  readonly about?: string;
  readonly incident?: string;
  readonly silence?: { readonly id: string };
  readonly difference?: Difference[];
}

/** What is done to incidents and silences is written down by those who do it. */
export function auditEntry({ id, at, body }: JournalRow): z.output<typeof auditAnswer>['data'][number] {
  const { action, by, about, incident, silence, difference = [] } = JSON.parse(body) as Written;
  return { id, at, action, by, about: about ?? incident ?? silence?.id ?? '', difference };
}
