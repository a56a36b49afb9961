/** Where a name like this stands, the value is not looked at. */
const secretName =
  /pass(?:word|wd|phrase|code)?$|secret|token|api[-_]?key|authori[sz]ation|cookie|credential|private[-_]?key|session[-_]?id|cvv|cvc|iban|ssn/i;

const patterns: readonly (readonly [find: RegExp, put: string])[] = [
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, '[email]'],
  [/\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g, '[redacted]'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 [redacted]'],
  [
    /\b((?:[\w-]{0,32})(?:pass(?:word|wd)?|secret|token|api[-_]?key|signature|credential)s?["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"'&,;]{1,512}/gi,
    '$1[redacted]',
  ],
  [/\b(?:sk|pk|rk|ghp|gho|ghs|github_pat|glpat|npm|whsec|xox[abeprs]|AKIA|ASIA|AIza)[-_]?[\w-]{16,}/g, '[redacted]'],
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:]{1,128}:[^\s/@]{1,256}@/gi, '$1[redacted]@'],
];

export const isSecretName = (name: string) => secretName.test(name);

/** The text without what looks like a secret or a mail address, and not longer than `limit` characters. */
export function redactText(text: string, limit: number): string {
  // What is cut off could not be judged: no half word stays at the end.
  const read = text.length > limit * 4 ? text.slice(0, limit * 4).replace(/\S{1,320}$/, '') : text;
  const clean = patterns.reduce((result, [find, put]) => result.replace(find, put), read);
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean;
}
