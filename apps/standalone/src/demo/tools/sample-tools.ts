import { z } from 'zod';
import type { Visitor } from './sample-studio.ts';
import { daysAhead } from './timetable.ts';

/** An MCP tool's answer. `isError` is a failure that the tool itself reports; it does not reject the call. */
export interface ToolResult {
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
  readonly structuredContent?: Record<string, unknown>;
  readonly isError?: true;
}

/** Failures that a visitor can ask for, to see them arrive: the server throws, the tool answers isError, the tool is slow. */
const simulate = z.enum(['throw', 'isError', 'slow']).optional();
const shortText = z.string().trim().min(1).max(80);

interface SampleTool<Shape extends z.ZodType> {
  readonly shape: Shape;
  /** How long the pretended backend takes, milliseconds: from, to. */
  readonly takes: readonly [number, number];
  run(input: z.infer<Shape>, visitor: Visitor): ToolResult;
}

const tool = <Shape extends z.ZodType<{ simulate?: Simulation | undefined }>>(definition: SampleTool<Shape>) =>
  definition as unknown as SampleTool<z.ZodType<{ simulate?: Simulation }>>;

export type Simulation = 'throw' | 'isError' | 'slow';

const suggestions = ['yoga near me', 'pilates', 'beginners', 'Engine Room'];

export const sampleTools = {
  search_classes: tool({
    shape: z.strictObject({ query: z.string().trim().max(120).default(''), simulate }),
    takes: [180, 650],
    run({ query }, visitor) {
      const classes = query === '' ? [] : visitor.search(query).slice(0, 6);
      return answer(`${classes.length} classes match "${query}"`, { query, classes, suggestions });
    },
  }),
  book_class: tool({
    shape: z.strictObject({ classId: z.string().max(40), simulate }),
    takes: [250, 800],
    run({ classId }, visitor) {
      const booked = visitor.book(classId);
      if (booked === 'unknown') return failure(`there is no class ${classId}`);
      if (booked === 'full') return failure('This class is full. Try another time.');
      return answer(`Booked ${booked.title} at ${booked.time}, confirmation ${booked.booking}`, {
        class: booked,
        confirmation: booked.booking,
      });
    },
  }),
  get_schedule: tool({
    shape: z.strictObject({
      day: z
        .int()
        .min(0)
        .max(daysAhead - 1)
        .default(0),
      simulate,
    }),
    takes: [120, 400],
    run({ day }, visitor) {
      const classes = visitor.day(day);
      return answer(`${classes.length} classes`, { day, days: daysAhead, classes, bookings: visitor.booked() });
    },
  }),
  update_profile: tool({
    shape: z.strictObject({
      name: shortText.optional(),
      email: z.email().max(120).optional(),
      goal: z.enum(['mobility', 'strength', 'endurance', 'calm']).optional(),
      level: z.enum(['all levels', 'beginners', 'advanced']).optional(),
      reminders: z.boolean().optional(),
      simulate,
    }),
    takes: [200, 550],
    run({ simulate: _, ...changes }, visitor) {
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      const profile = visitor.updateProfile(given);
      return answer(Object.keys(given).length > 0 ? 'Profile saved' : 'Profile', { profile });
    },
  }),
} as const;

export type ToolName = keyof typeof sampleTools;

export const isToolName = (name: string): name is ToolName => Object.hasOwn(sampleTools, name);

function answer(text: string, structuredContent: Record<string, unknown>): ToolResult {
  return { content: [{ type: 'text', text }], structuredContent };
}

export function failure(text: string): ToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
