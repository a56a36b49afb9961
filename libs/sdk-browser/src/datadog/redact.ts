const word = 'REDACTED';
const webAddress = /https?:\/\/[^\s"'<>()]+/g;
const email = /[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/g;
const bearer = /\bbearer\s+[\w.~+/=-]{8,}/gi;
const jwt = /\beyJ[\w-]{5,}\.[\w-]{2,}(?:\.[\w-]*)?/g;
/** As vendors mark what must not get out. */
const vendorToken = /\b(?:(?:sk|pk|rk|gh[pos]|xox[abp]|glpat|npm)[-_][\w-]{10,}|AKIA[A-Z0-9]{16})/g;
/** `auth_token=…` and `"password": "…"`, wherever they stand. */
const namedSecret =
  /\b([\w-]{0,24}(?:token|secret|password|passwd|pwd|apikey|api[_-]key|authorization|signature|session_?id))(["']?\s*[=:]\s*["']?)[^&\s#"',;]+/gi;
const cardLike = /\b\d(?:[ -]?\d){12,18}\b/g;
/** What a stack says behind an address. */
const lineAndColumn = /(?::\d+){1,2}$/;

/** Takes secrets and personal data out of what a page sends; names of parameters stay, so that addresses can be told apart. */
export class Redactor {
  readonly #kept: ReadonlySet<string>;

  /** `kept`: query parameters whose values may be sent. */
  constructor(kept: readonly string[] = []) {
    this.#kept = new Set(kept);
  }

  /** Free text: addresses in it, e-mail addresses, tokens, payment cards. */
  text(text: string): string {
    // Addresses are cut out first: their parameters follow rules of their own.
    const addresses: string[] = [];
    const without = text.replace(webAddress, (address) => `\0${addresses.push(this.address(address)) - 1}\0`);
    const clean = plain(without).replace(namedSecret, (all, name, between) => (this.#kept.has(name) ? all : `${name}${between}${word}`));
    return clean.replace(/\0(\d+)\0/g, (_, index) => addresses[index] ?? '');
  }

  /** An address: values of its parameters, also behind a `#`, and who it names. */
  address(address: string): string {
    const [, base, query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(address) as RegExpExecArray & [string, string];
    const clean = plain((base as string).replace(/^(\w+:\/\/)[^/@]*@/, '$1'));
    return clean + this.#parameters(query) + (/[=?]/.test(fragment) ? this.#parameters(fragment) : plain(fragment));
  }

  /** Of a value that can be written as JSON, a copy without them. Depth is bounded; what lies deeper is left out. */
  value(value: unknown, depth = 8): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth === 0) return undefined;
    if (Array.isArray(value)) return value.map((one) => this.value(one, depth - 1));
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.named(name, one, depth - 1)]));
  }

  /** What stands under a name that says it is secret is so, whatever it looks like. */
  named(name: string, value: unknown, depth?: number): unknown {
    if (typeof value !== 'string') return this.value(value, depth);
    if (isSecretName(name) && !this.#kept.has(name)) return word;
    return this.text(value);
  }

  /** Begins with `?` or `#`; a path may stand between that and the next `?`. */
  #parameters(text: string): string {
    return text.replace(/([?#&])([^?#&]*)/g, (all, mark: string, pair: string) => {
      const [name, ...value] = pair.split('=');
      if (pair === '' || this.#kept.has(name as string)) return all;
      const end = lineAndColumn.exec(pair)?.[0] ?? '';
      // In a fragment a part without a value is a place in the page; in a query it is the value.
      if (value.length === 0) return mark === '#' ? mark + plain(pair) : `${mark}${word}${end}`;
      return `${mark}${plain(name as string)}=${word}${end}`;
    });
  }
}

const isSecretName = (name: string) => new RegExp(namedSecret.source, 'i').test(`${name}=x`);

function plain(text: string): string {
  return text
    .replace(email, word)
    .replace(bearer, word)
    .replace(jwt, word)
    .replace(vendorToken, word)
    .replace(cardLike, (found) => (passesLuhn(found.replace(/\D/g, '')) ? word : found));
}

/** The check digit of ISO/IEC 7812-1, which random digits pass one time in ten. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const doubled = Number(digits[digits.length - 1 - i]) * (i % 2 === 1 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
