import { type StudioClass, timetable } from './timetable.ts';

/** Visitors remembered at once; the one who came first is forgotten first. */
export const mostVisitors = 200;

export interface Profile {
  readonly name: string;
  readonly email: string;
  readonly goal: string;
  readonly level: string;
  readonly reminders: boolean;
}

export interface OfferedClass extends Omit<StudioClass, 'capacity' | 'taken'> {
  readonly placesLeft: number;
  /** The confirmation, where this visitor has a place. */
  readonly booking: string | null;
}

const newcomer: Profile = {
  name: 'Robin Castellan',
  email: 'robin@example.com',
  goal: 'mobility',
  level: 'all levels',
  reminders: true,
};

/** The sample business, in memory: one timetable for all, and what each visitor booked and wrote. */
export class SampleStudio {
  readonly #visitors = new Map<string, Visitor>();

  visitor(id: string): Visitor {
    const known = this.#visitors.get(id);
    if (known !== undefined) return known;
    const [first] = this.#visitors.keys();
    if (this.#visitors.size >= mostVisitors && first !== undefined) this.#visitors.delete(first);
    const visitor = new Visitor();
    this.#visitors.set(id, visitor);
    return visitor;
  }
}

/** What the studio shows to one visitor. Bounded by the timetable's length. */
export class Visitor {
  readonly #bookings = new Map<string, string>();
  #profile = newcomer;

  get profile(): Profile {
    return this.#profile;
  }

  updateProfile(changes: Partial<Profile>): Profile {
    this.#profile = { ...this.#profile, ...changes };
    return this.#profile;
  }

  /** Classes that match every telling word of the query: those with a place to book first, and of these the nearest. */
  search(query: string): OfferedClass[] {
    const words = query
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== '' && !idleWords.has(word));
    const found = timetable.filter((one) => words.every((word) => textOf(one).includes(word)));
    return found.map((one) => this.#offer(one)).sort(bookableThenNearest);
  }

  day(day: number): OfferedClass[] {
    return timetable.filter((one) => one.day === day).map((one) => this.#offer(one));
  }

  booked(): OfferedClass[] {
    return timetable.filter((one) => this.#bookings.has(one.id)).map((one) => this.#offer(one));
  }

  /** Books a place, or gives the place this visitor already has. */
  book(classId: string): OfferedClass | 'unknown' | 'full' {
    const wanted = timetable.find((one) => one.id === classId);
    if (wanted === undefined) return 'unknown';
    if (!this.#bookings.has(classId) && wanted.taken >= wanted.capacity) return 'full';
    this.#bookings.set(classId, confirmationCode(classId));
    return this.#offer(wanted);
  }

  #offer({ capacity, taken, ...rest }: StudioClass): OfferedClass {
    const booking = this.#bookings.get(rest.id) ?? null;
    return { ...rest, placesLeft: Math.max(0, capacity - taken - (booking === null ? 0 : 1)), booking };
  }
}

const isBookable = ({ placesLeft, booking }: OfferedClass) => placesLeft > 0 && booking === null;

function bookableThenNearest(a: OfferedClass, b: OfferedClass): number {
  return Number(isBookable(b)) - Number(isBookable(a)) || a.distanceKm - b.distanceKm || a.day - b.day || a.time.localeCompare(b.time);
}

/** Words people type that no class is named by. */
const idleWords = new Set(
  'a an and at class classes for in me my near nearby next of on please the today tonight tomorrow week'.split(' '),
);

const textOf = (one: StudioClass): string => `${one.title} ${one.kind} ${one.coach} ${one.studio} ${one.level}`.toLowerCase();

/** Short and sayable; the same class gives the same code. */
function confirmationCode(classId: string): string {
  let sum = 7;
  for (const letter of classId) sum = (sum * 31 + letter.charCodeAt(0)) % 1_679_616;
  return `BH-${sum.toString(36).toUpperCase().padStart(4, '0')}`;
}
