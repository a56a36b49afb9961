/** At most so many code points, the last of which says that something is missing. */
export function cutText(text: string, most: number): string {
  // No text has more code points than units.
  if (text.length <= most) return text;
  const points = [...text.slice(0, 2 * most)];
  return points.length <= most && text.length <= 2 * most ? text : `${points.slice(0, most - 1).join('')}…`;
}
