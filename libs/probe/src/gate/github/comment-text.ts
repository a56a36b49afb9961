/** Finds the comment again; nobody sees it. */
export const commentMarker = '<!-- beaconhouse-gate -->';

/** GitHub takes 65,536 characters. */
const longestComment = 65_000;
const cut = '\n\n(More lines are in the job summary and its files.)';

/** The report with its marker, cut at a line's end where it is too long. */
export function commentText(markdown: string): string {
  const text = `${commentMarker}\n${markdown}`;
  if (text.length <= longestComment) return text;
  const kept = text.slice(0, longestComment - cut.length);
  return kept.slice(0, kept.lastIndexOf('\n')) + cut;
}
