import type { PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { bodyRefusal } from '#platform';
import { LhciRefusal } from '../lhci-refusal.ts';

/** A page's address has to fit. */
const urlLength = 256;
/** A hash may be one of SHA-256; clients cut a branch at 40. */
const [hashLength, branchLength, textLength] = [64, 255, 256];

const cut = z
  .string()
  .nullish()
  .transform((text) => (text ?? '').slice(0, textLength));
const moment = z
  .string()
  .max(64)
  .nullish()
  .transform((text, context) => {
    if (text === undefined || text === null || text === '') return null;
    const at = Date.parse(text);
    if (at >= earliest && at <= latest) return at;
    context.addIssue({ code: 'custom', message: 'is no time from 1971 to 2200, such as 2026-05-04T12:00:00Z' });
    return z.NEVER;
  });
const [earliest, latest] = [Date.UTC(1971, 0), Date.UTC(2200, 0)];

const nameIssue = ({ input }: { readonly input?: unknown }) =>
  typeof input === 'string' ? 'Project name too short' : 'Project name missing';

export const projectBody = z.object({
  name: z.string({ error: nameIssue }).trim().min(4, { error: nameIssue }).max(256),
  externalUrl: cut,
  baseBranch: z
    .string()
    .max(80)
    .nullish()
    .transform((branch) => branch || 'master'),
});

export const lookupBody = z.object({ token: z.string().max(200) });

export const buildBody = z.object({
  lifecycle: z.literal('unsealed', { error: 'Invalid lifecycle value' }),
  hash: z.string().min(1).max(hashLength),
  branch: z.string().min(1).max(branchLength),
  ancestorHash: z.string().max(hashLength).nullish(),
  commitMessage: cut,
  author: cut,
  avatarUrl: cut,
  externalBuildUrl: cut,
  runAt: moment,
  committedAt: moment,
  ancestorCommittedAt: moment,
});
export type BuildBody = z.output<typeof buildBody>;

export const runBody = z.object({
  representative: z.literal(false, { error: 'Invalid representative value' }).nullish(),
  url: z.string().min(1).max(urlLength, { error: 'URL too long' }),
  lhr: z.string({ error: 'Invalid LHR' }),
});

export const lifecycleBody = z.literal('sealed', { error: 'Invalid lifecycle' });

/** Checks a body against a schema; what is wrong is told as clients of Lighthouse CI expect it. */
export class LhciBody<Schema extends z.ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(body: unknown): z.output<Schema> {
    const checked = this.schema.safeParse(body, { reportInput: true });
    if (checked.success) return checked.data;
    throw new LhciRefusal(422, bodyRefusal(checked.error.issues[0]!).message);
  }
}
