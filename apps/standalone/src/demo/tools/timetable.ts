/** A class of the sample studio. Days count from tomorrow: no class is ever over, whatever the visitor's clock says. */
export interface StudioClass {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly coach: string;
  readonly studio: string;
  readonly distanceKm: number;
  /** 0 is tomorrow. */
  readonly day: number;
  /** Wall clock of the studio, HH:MM. */
  readonly time: string;
  readonly minutes: number;
  readonly level: 'all levels' | 'beginners' | 'advanced';
  readonly capacity: number;
  /** Places taken by others. */
  readonly taken: number;
}

type Course = readonly [title: string, kind: string, coach: string, studio: string, distanceKm: number, minutes: number];

const courses = {
  flow: ['Morning Flow', 'yoga', 'Amara Okafor', 'Harbour Studio', 0.4, 60],
  yin: ['Yin and Rest', 'yoga', 'Linnea Strand', 'Harbour Studio', 0.4, 75],
  vinyasa: ['Power Vinyasa', 'yoga', 'Mateo Rivas', 'North Pier', 1.2, 60],
  hatha: ['Hatha Basics', 'yoga', 'Yuki Tanabe', 'Old Customs House', 2.1, 60],
  mat: ['Mat Pilates', 'pilates', 'Clara Nowak', 'North Pier', 1.2, 50],
  reformer: ['Reformer Pilates', 'pilates', 'Clara Nowak', 'Harbour Studio', 0.4, 50],
  ride: ['Sunrise Ride', 'cycling', 'Idris Hale', 'The Engine Room', 0.9, 45],
  sprint: ['Sprint Intervals', 'cycling', 'Idris Hale', 'The Engine Room', 0.9, 30],
  strength: ['Strength Foundations', 'strength', 'Noor Haddad', 'The Engine Room', 0.9, 55],
  boxing: ['Boxing Technique', 'boxing', 'Tomasz Lis', 'Old Customs House', 2.1, 60],
} as const satisfies Record<string, Course>;

const levels = { a: 'all levels', b: 'beginners', x: 'advanced' } as const;

/** One line a day: course, time, level, capacity, taken. */
const week: readonly string[] = [
  'ride 06:30 a 16 11 | flow 08:00 a 14 9 | reformer 12:15 a 8 8 | strength 17:30 b 12 5 | vinyasa 18:30 x 18 12 | yin 20:00 a 14 6',
  'flow 07:00 a 14 4 | mat 09:30 b 12 7 | sprint 12:30 x 16 9 | boxing 17:45 a 10 10 | hatha 18:30 b 16 8 | yin 20:15 a 14 13',
  'ride 06:30 a 16 8 | reformer 10:00 a 8 5 | flow 12:15 a 14 10 | strength 18:00 a 12 11 | vinyasa 19:00 a 18 7',
  'flow 07:00 b 14 6 | mat 12:15 a 12 12 | boxing 17:30 b 10 3 | sprint 18:15 x 16 10 | yin 20:00 a 14 9',
  'ride 06:30 a 16 14 | hatha 09:00 b 16 5 | reformer 12:15 a 8 6 | strength 17:30 a 12 8 | flow 18:45 a 14 11',
  'flow 09:00 a 14 13 | vinyasa 10:30 x 18 16 | mat 11:45 a 12 4 | boxing 14:00 a 10 7',
  'yin 09:30 a 14 8 | hatha 11:00 a 16 9 | ride 12:00 a 16 6 | reformer 16:00 b 8 3',
];

export const daysAhead = week.length;

function classAt(day: number, line: string): StudioClass {
  const [key = '', time = '', level = 'a', capacity = '0', taken = '0'] = line.trim().split(' ');
  const [title, kind, coach, studio, distanceKm, minutes] = courses[key as keyof typeof courses];
  return {
    id: `${key}-${day}-${time.replace(':', '')}`,
    title,
    kind,
    coach,
    studio,
    distanceKm,
    day,
    time,
    minutes,
    level: levels[level as keyof typeof levels],
    capacity: Number(capacity),
    taken: Number(taken),
  };
}

export const timetable: readonly StudioClass[] = week.flatMap((line, day) => line.split('|').map((one) => classAt(day, one)));
