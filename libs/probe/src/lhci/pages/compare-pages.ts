import type { LhciRun } from '../lhci-run.ts';
import type { LhciStatistic } from '../lhci-statistic.ts';

/** What is known of a build: figures, and the runs that stand for its pages. */
export interface BuildFigures {
  readonly statistics: readonly LhciStatistic[];
  readonly representatives: readonly LhciRun[];
}

export interface ComparedPage {
  readonly url: string;
  readonly scores: readonly ComparedFigure[];
  /** Milliseconds. */
  readonly times: readonly ComparedFigure[];
  readonly run?: LhciRun;
  readonly runBefore?: LhciRun;
}

export interface ComparedFigure {
  readonly title: string;
  /** Null: not measured. */
  readonly now: number | null;
  readonly before: number | null;
  /** Worst and best of the runs, where they are known. */
  readonly range?: readonly [number, number];
  readonly change: 'better' | 'worse' | 'same' | 'unknown';
}

const categories = [
  ['performance', 'Performance'],
  ['accessibility', 'Accessibility'],
  ['best-practices', 'Best practices'],
  ['seo', 'SEO'],
  ['pwa', 'PWA'],
] as const;
const audits = [
  ['largest-contentful-paint', 'Largest contentful paint'],
  ['first-contentful-paint', 'First contentful paint'],
  ['speed-index', 'Speed index'],
  ['total-blocking-time', 'Total blocking time'],
  ['interactive', 'Time to interactive'],
  ['max-potential-fid', 'Longest possible first input delay'],
] as const;

/** Below these a difference is told as none: two points, or 5 % and 50 ms. */
const least = { score: 0.02, share: 0.05, ms: 50 };

/** Page by page, in the order of their addresses; what neither build has measured is left out. */
export function comparePages(now: BuildFigures, before: BuildFigures | undefined): ComparedPage[] {
  const urls = [...new Set(now.statistics.map(({ url }) => url))].sort();
  return urls.map((url) => {
    const [figures, earlier] = [figuresOf(now, url), before ? figuresOf(before, url) : new Map<string, number>()];
    const run = now.representatives.find((each) => each.url === url);
    const runBefore = before?.representatives.find((each) => each.url === url);
    return {
      url,
      scores: measured(categories.map(([id, title]) => scoreOf(title, `category_${id}`, figures, earlier))),
      times: measured(audits.map(([id, title]) => timeOf(title, `audit_${id}_median`, figures, earlier))),
      ...(run && { run }),
      ...(runBefore && { runBefore }),
    };
  });
}

type Figures = ReadonlyMap<string, number>;

const figuresOf = ({ statistics }: BuildFigures, url: string): Figures =>
  new Map(statistics.filter((each) => each.url === url && each.value >= 0).map(({ name, value }) => [name, value]));

const measured = (figures: readonly ComparedFigure[]) => figures.filter(({ now, before }) => now !== null || before !== null);

function scoreOf(title: string, name: string, figures: Figures, earlier: Figures): ComparedFigure {
  const [now, before] = [figures.get(`${name}_median`) ?? null, earlier.get(`${name}_median`) ?? null];
  const [worst, best] = [figures.get(`${name}_min`), figures.get(`${name}_max`)];
  const range = worst !== undefined && best !== undefined && best > worst ? { range: [worst, best] as const } : {};
  return { title, now, before, ...range, change: changeOf(before, now, least.score, 1) };
}

function timeOf(title: string, name: string, figures: Figures, earlier: Figures): ComparedFigure {
  const [now, before] = [figures.get(name) ?? null, earlier.get(name) ?? null];
  return { title, now, before, change: changeOf(before, now, Math.max(least.ms, (before ?? 0) * least.share), -1) };
}

/** `direction`: 1 where more is better, -1 where less is. Half of a thousandth forgives how fractions are stored. */
function changeOf(before: number | null, now: number | null, atLeast: number, direction: 1 | -1): ComparedFigure['change'] {
  if (before === null || now === null) return 'unknown';
  const difference = (now - before) * direction;
  if (Math.abs(difference) < atLeast - 0.0005) return 'same';
  return difference > 0 ? 'better' : 'worse';
}
