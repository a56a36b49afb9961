const dayMs = 24 * 60 * 60_000;

/** A release of the seeded studio. */
interface SeededRelease {
  readonly release: string;
  /** When it went live, milliseconds since 1970. */
  readonly at: number;
}

/** What a detector should find in seeded traffic, and nothing else. */
export interface PlantedRegression {
  readonly metric: string;
  readonly where: Readonly<Record<string, string>>;
  readonly since: number;
  readonly release: string | null;
  readonly statistic: 'p75' | 'p95';
  /** How many times the value before. */
  readonly factor: number;
  readonly description: string;
}

export interface SeededStory {
  readonly releases: readonly SeededRelease[];
  readonly largestPaint: PlantedRegression;
  readonly bookClass: PlantedRegression;
}

/** Days of the story when it is told in 14; told in more or fewer it keeps its proportions. */
const storyDays = 14;
const instant = (firstDay: number, days: number, storyDay: number, hour: number) =>
  firstDay + Math.floor(((storyDay - 1) * days) / storyDays) * dayMs + hour * 3_600_000;

/**
 * Releases and the two regressions between `firstDay` (a midnight, UTC) and `days` later. One comes with a release and
 * hits phones on one page; the other comes with none and stretches the tail of one tool, leaving its median alone.
 */
export function tellStory(firstDay: number, days: number): SeededStory {
  const at = (storyDay: number, hour: number) => instant(firstDay, days, storyDay, hour);
  const slowRelease = { release: '2.6.0', at: at(11, 10) };
  const releases = [
    // Went live before the first day: what everybody uses at first.
    { release: '2.3.0', at: firstDay - dayMs },
    { release: '2.4.0', at: at(4, 9) },
    { release: '2.5.0', at: at(8, 14) },
    slowRelease,
  ];
  return {
    releases,
    largestPaint: {
      metric: 'LCP',
      where: { route: 'class-search', device: 'mobile' },
      since: slowRelease.at,
      release: slowRelease.release,
      statistic: 'p75',
      factor: 1.35,
      description: 'Release 2.6.0 loads the photos of classes in full size on phones',
    },
    bookClass: {
      metric: 'mcp-tool-execution',
      where: { tool: 'book_class' },
      since: at(12, 8),
      release: null,
      statistic: 'p95',
      factor: 1.6,
      description: 'The booking backend queues under load: the slow calls get slower, the median stays',
    },
  };
}
