import { z } from 'zod';

const mostValues = 20;

/** One value, or the same parameter several times. */
export const severalOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(item).min(1).max(mostValues));

/** An instant as people and programs write it; read by `parseInstant`. */
export const instantText = z.string().max(40);

/** `usual` where it is not given. */
export const limitUpTo = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);

export const projectParameter = {
  project: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
    .optional()
    .describe('Project that is asked for. Default: the open or only project'),
};
