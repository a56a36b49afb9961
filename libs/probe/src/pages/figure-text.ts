/** 0 to 1 as points of 100. */
export const scoreText = (score: number) => String(Math.round(score * 100));

/** Lighthouse's own colours: from 90 good, from 50 fair. */
export function scoreClass(score: number | null): 'good' | 'fair' | 'poor' | 'soft' {
  if (score === null) return 'soft';
  return score >= 0.9 ? 'good' : score >= 0.5 ? 'fair' : 'poor';
}

/** `850 ms`, from one second on `1.8 s`. */
export const millisecondsText = (ms: number) => (ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

export const figureText = (value: number | null, show: (value: number) => string) => (value === null ? '\u2013' : show(value));
