import type { ChartLine } from './chart-picture.ts';

/** On white, where a text has a contrast of 4.5 or more. A picture has no dark theme: it is a white card wherever it is shown. */
export const colours = {
  card: '#ffffff',
  border: '#d1d9e0',
  grid: '#eaeef2',
  axis: '#b7bfc8',
  text: '#1f2328',
  faint: '#59636e',
  curve: '#0969da',
  before: '#9aa4af',
  resolved: '#1a7f37',
} as const;

export const tones: Readonly<Record<ChartLine['tone'], { readonly line: string; readonly text: string; readonly area: string }>> = {
  critical: { line: '#cf222e', text: '#b3202b', area: 'rgba(207, 34, 46, 0.15)' },
  warning: { line: '#bf8700', text: '#855d00', area: 'rgba(191, 135, 0, 0.16)' },
  reference: { line: '#818b98', text: '#59636e', area: 'transparent' },
};
