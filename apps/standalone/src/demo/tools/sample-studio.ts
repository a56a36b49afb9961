import { type StudioClass, timetable } from './timetable.ts';

/** Bookings and the profile live in memory; a booking is forgotten after this, so that the demo stays fresh. */
const bookingLifetimeMs = 10 * 60_000;

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

/** The sample business: a timetable, one visitor's bookings and profile. Bounded by the timetable's length. */
export class SampleStudio {
  readonly #bookings = new Map<string, { code: string; until: number }>();
  #profile: Profile = {
    name: 'Robin Castellan',
    email: 'robin@example.com',
    goal: 'mobility',
    level: 'all levels',
    reminders: true,
  };

  constructor(private readonly now: () => number) {}

  get profile(): Profile {
    return this.#profile;
  }

  updateProfile(changes: Partial<Profile>): Profile {
    this.#profile = { ...this.#profile, ...changes };
    return this.#profile;
  }

  /** Classes whose words match every telling word of the query, nearest first. */
  search(query: string): OfferedClass[] {
    const words = query
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== '' && !idleWords.has(word));
    const found = timetable.filter((one) => words.every((word) => textOf(one).includes(word)));
    return found
      .sort((a, b) => a.distanceKm - b.distanceKm || a.day - b.day || a.time.localeCompare(b.time))
      .map((one) => this.#offer(one));
  }

  day(day: number): OfferedClass[] {
    return timetable.filter((one) => one.day === day).map((one) => this.#offer(one));
  }

  booked(): OfferedClass[] {
    return timetable.filter((one) => this.#bookingOf(one.id) !== null).map((one) => this.#offer(one));
  }

  /** Books a place, or gives the place this visitor already has. */
  book(classId: string): OfferedClass | 'unknown' | 'full' {
    const wanted = timetable.find((one) => one.id === classId);
    if (wanted === undefined) return 'unknown';
    if (this.#bookingOf(classId) === null) {
      if (wanted.taken >= wanted.capacity) return 'full';
      this.#bookings.set(classId, { code: confirmationCode(classId), until: this.now() + bookingLifetimeMs });
    }
    return this.#offer(wanted);
  }

  #offer({ capacity, taken, ...rest }: StudioClass): OfferedClass {
    const booking = this.#bookingOf(rest.id);
    return { ...rest, placesLeft: Math.max(0, capacity - taken - (booking === null ? 0 : 1)), booking };
  }

  #bookingOf(classId: string): string | null {
    const booking = this.#bookings.get(classId);
    return booking !== undefined && booking.until > this.now() ? booking.code : null;
  }
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
