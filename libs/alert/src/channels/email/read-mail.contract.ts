/** A mail of text and HTML, as it was written. */
export interface ReadMail {
  /** By lower-case names, unfolded and decoded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  readonly html: string;
  /** What the HTML shows, by its `cid`. */
  readonly images: ReadonlyMap<string, { readonly type: string; readonly bytes: Buffer }>;
  readonly raw: string;
}

const once = ['from', 'to', 'subject', 'date', 'message-id', 'mime-version', 'content-type', 'auto-submitted'];
/** Longer lines may be cut on the way: https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1 */
const longestLine = 998;

/** Refuses, by throwing, what a strict receiver would: https://www.rfc-editor.org/rfc/rfc5322 */
export function readMail(bytes: Buffer): ReadMail {
  const raw = bytes.toString('latin1');
  if (/[^\r]\n|\r[^\n]|[^\t\r\n\x20-\x7e]/.test(raw)) throw new Error('it is not of ASCII lines that end with CR LF');
  if (raw.split('\r\n').some((line) => line.length > longestLine)) throw new Error('it has a line that is too long');
  const { headers, body } = partOf(raw);
  for (const name of once) if (!headers.has(name)) throw new Error(`it has no ${name}`);
  const alternatives = partsOf('alternative', { headers, body });
  if (!alternatives) throw new Error('it has no alternatives');
  const contentOf = (type: string, parts: readonly Part[]) => {
    const part = parts.find(({ headers: own }) => own.get('content-type')?.startsWith(`${type};`));
    if (!part) throw new Error(`it has no ${type}`);
    return contentsOf(part).toString();
  };
  // Of the alternatives the last is the one that is shown, with what it needs.
  const [html, ...images] = partsOf('related', alternatives.at(-1)!) ?? [alternatives.at(-1)!];
  return {
    headers,
    raw,
    text: contentOf('text/plain', alternatives),
    html: contentOf('text/html', [html!]),
    images: new Map(images.map(imageOf)),
  };
}

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Undefined where it is nothing of that kind. */
function partsOf(kind: 'alternative' | 'related', { headers, body }: Part): Part[] | undefined {
  const boundary = new RegExp(`^multipart/${kind};.*boundary="([^"]+)"`, 'i').exec(headers.get('content-type') ?? '')?.[1];
  return boundary === undefined ? undefined : body.split(`--${boundary}`).slice(1, -1).map(partOf);
}

function imageOf(part: Part) {
  const cid = /^<([^<>\s]+)>$/.exec(part.headers.get('content-id') ?? '')?.[1];
  if (cid === undefined) throw new Error('it has an attachment that nothing shows');
  const [type] = part.headers.get('content-type')!.split(';');
  return [cid, { type: type!, bytes: contentsOf(part) }] as const;
}

function partOf(raw: string): { headers: Map<string, string>; body: string } {
  const begin = raw.startsWith('\r\n') ? 2 : 0;
  const end = raw.indexOf('\r\n\r\n', begin);
  const headers = new Map<string, string>();
  for (const line of raw
    .slice(begin, end)
    .replaceAll(/\r\n(?=[\t ])/g, '')
    .split('\r\n')) {
    const [, name, value] = /^([!-9;-~]+):[\t ]*(.*)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`it has a header that is none: ${line}`);
    if (headers.has(name.toLowerCase())) throw new Error(`it has two headers ${name}`);
    headers.set(name.toLowerCase(), decoded(value!));
  }
  return { headers, body: raw.slice(end + 4) };
}

/** https://www.rfc-editor.org/rfc/rfc2047 */
function decoded(value: string): string {
  const joined = value.replaceAll(/\?=[\t ]+=\?/g, '?==?');
  return joined.replaceAll(/(?:=\?utf-8\?[bq]\?[^?]*\?=)+/gi, (words) => {
    const pieces = [...words.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi)].map(([, how, text]) =>
      how!.toLowerCase() === 'b' ? Buffer.from(text!, 'base64') : Buffer.from(quoted(text!.replaceAll('_', ' ')), 'latin1'),
    );
    return Buffer.concat(pieces).toString();
  });
}

function contentsOf({ headers, body }: Part): Buffer {
  const encoding = headers.get('content-transfer-encoding') ?? '7bit';
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  const plain = encoding === 'quoted-printable' ? quoted(body.replaceAll(/=\r\n/g, '')) : body;
  return Buffer.from(plain, 'latin1');
}

const quoted = (text: string) => text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
