import type { z } from 'zod';

/** One request that the API takes, as it is described to people and programs. */
export interface RouteDescription {
  readonly path: string;
  /** What changes something is never asked by get, which is what it is otherwise. */
  readonly method?: 'post' | 'put' | 'delete';
  /** False: what is asked needs a body, and changes nothing. */
  readonly changes?: false;
  readonly id: string;
  readonly summary: string;
  readonly pathParameters: Readonly<Record<string, { readonly description: string; readonly values?: readonly string[] }>>;
  readonly query: z.ZodObject;
  /** Absent: it takes none. */
  readonly body?: z.ZodType;
  readonly answer: z.ZodObject | 'image/png';
  /** Status codes that this one answers beside those of every route, with what they say. */
  readonly refusals?: Readonly<Record<number, string>>;
}
