/** Share of the hours of a quiet project in which anything may be told. */
const falseShare = 0.005;

export interface Standing {
  /** How far the series lies above its bar, in standard deviations. */
  readonly above: number;
  /** Whether it is all of a metric, not one of its routes or tools. */
  readonly whole: boolean;
}

/** How many series are watched. */
export interface Watched {
  readonly whole: number;
  readonly all: number;
}

/**
 * False alarms of a quiet series in an hour with the bars as they are, and how slowly the logarithm of their number falls with what is asked
 * for beyond a bar: what is left there is no noise but what no model knows. Measured on labelled series, docs/regressions.md.
 */
const quiet = { perHour: 0.1 / 720, fall: 0.75 };

/**
 * Which of the series that stand out in an hour are told, when so many are watched: two thousand quiet ones would cry every few hours where
 * one does once a year. The share of false ones among those told is bounded (Benjamini and Hochberg 1995), so what moves many series at once
 * must stand out less in each. Half of what may be false is given to whole metrics, which are few and matter most (weights as by Genovese,
 * Roeder and Wasserman 2006). In small projects all are told.
 */
export function discoveries(standing: readonly Standing[], watched: Watched): boolean[] {
  const parts = watched.all - watched.whole;
  const share = (whole: boolean) => (whole ? watched.whole : parts) / (watched.whole > 0 && parts > 0 ? 0.5 : 1);
  // Chance that a quiet series stands out like this, times the number of series that it stands for.
  const burdens = standing.map(({ above, whole }) => quiet.perHour * Math.exp(-quiet.fall * above) * share(whole));
  let limit = 0;
  for (const [i, burden] of burdens.toSorted((one, other) => one - other).entries()) if (burden <= (i + 1) * falseShare) limit = burden;
  return burdens.map((burden) => burden <= limit);
}
