/** Minutes of a series at most: a fortnight, which a rule that looks back a week needs. */
export const mostMinutes = 20_160;
const word = /^(_|[^\sx_]+)(?:x(\d{1,5}))?$/;

/** `100x5 3000x10 _x3`: five minutes of 100, ten of 3000, three without anything; null: no such series. Measures may have units: `2.5s`. */
export function readSeries(text: string): readonly (string | null)[] | null {
  const minutes: (string | null)[] = [];
  for (const each of text.trim().split(/\s+/)) {
    const [, value, times = '1'] = word.exec(each) ?? [];
    if (value === undefined || minutes.length + Number(times) > mostMinutes) return null;
    for (let time = 0; time < Number(times); time++) minutes.push(value === '_' ? null : value);
  }
  return minutes;
}
