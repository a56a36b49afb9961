import { isIPv6 } from 'node:net';

// All expressions are linear: no nested repetition, every class bounded by the next literal.
/** Something of everything below; most texts have none of it, and are done after this one. */
const suspicious =
  /[@?=]|\d\.\d{1,3}\.\d|:[0-9A-Fa-f]{0,4}:|(?:\d[ -]?){12}\d|[Bb](?:earer|EARER)|eyJ|AKIA|(?:sk|pk|rk|gh[pos]|xox[abp]|glpat|npm)[-_]|[A-Za-z0-9_-]{32}/;
const email = /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}/g;
const bearer = /\bbearer\s+[A-Za-z0-9._~+/=-]{8,}/gi;
const jwt = /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*)?/g;
const vendorToken = /\b(?:(?:sk|pk|rk|gh[pos]|xox[abp]|glpat|npm)[-_][A-Za-z0-9_-]{10,}|AKIA[A-Z0-9]{16})/g;
const longToken = /\b(?=[A-Za-z_-]{0,63}\d)[A-Za-z0-9_-]{32,}\b/g;
/** Names things, opens nothing. */
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const namedSecret =
  /\b([A-Za-z_-]{0,24}(?:token|secret|password|passwd|pwd|auth|apikey|api_key|session|signature|sig|code|key))=[^&\s#"']+/gi;
const query = /\?([^\s#"'<>]*)(#[^\s"'<>]*)?/g;
const ipv4 = /\b(?:\d{1,3}\.){3}\d{1,3}\b/g;
const ipv6Like = /(?<![\w:])[0-9a-f]{0,4}(?::{1,2}[0-9a-f]{1,4}){2,7}(?![\w:])/gi;
const cardLike = /\b\d(?:[ -]?\d){12,18}\b/g;

/** Short texts in which nothing was found: pages say the same few hundred, and looking one up takes a fourth of searching it. */
const harmless = new Set<string>();
const maxHarmless = 10_000;
const longestRemembered = 128;

/** Whether a text is whole and has nothing in it that `scrubText` might take out. */
export function isHarmless(text: string): boolean {
  const short = text.length <= longestRemembered;
  if (short && harmless.has(text)) return true;
  if (suspicious.test(text) || !text.isWellFormed()) return false;
  if (short) {
    if (harmless.size >= maxHarmless) harmless.clear();
    harmless.add(text);
  }
  return true;
}

/**
 * Free text without e-mail addresses, tokens, payment cards, network addresses and query strings. Query parameters in
 * `keepQuery` keep their values. What is taken out leaves a word in square brackets that says what stood there.
 */
export function scrubText(text: string, keepQuery: ReadonlySet<string>): string {
  if (!suspicious.test(text)) return text;
  return text
    .replace(query, (_all, parameters: string) => keptParameters(parameters, keepQuery))
    .replace(email, '[email]')
    .replace(bearer, '[token]')
    .replace(jwt, '[token]')
    .replace(vendorToken, '[token]')
    .replace(namedSecret, (all, name: string) => (keepQuery.has(name) ? all : `${name}=[redacted]`))
    .replace(longToken, (found) => (uuid.test(found) ? found : '[token]'))
    .replace(ipv4, (found) => (isAddress(found) ? '[address]' : found))
    .replace(ipv6Like, (found) => (isIPv6(found) || found.split(':').length > 4 ? '[address]' : found))
    .replace(cardLike, (found, at: number, whole: string) => (isCard(found) && !insideUuid(whole, at, found.length) ? '[card]' : found));
}

const isCard = (found: string) => passesLuhn(found.replace(/\D/g, ''));

/** One UUID in some thousands holds digits that look like a card. */
function insideUuid(whole: string, at: number, length: number): boolean {
  const start = Math.max(0, at - 36);
  const around = whole.slice(start, at + length + 36).matchAll(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi);
  return [...around].some(({ index }) => start + index <= at && start + index + 36 >= at + length);
}

function keptParameters(parameters: string, keepQuery: ReadonlySet<string>): string {
  const kept = parameters.split('&').filter((pair) => keepQuery.has(pair.split('=', 1)[0]!));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

/** Four numbers up to 255; version numbers such as 120.0.0.0 are addresses too, and lose: rather one release too few. */
function isAddress(found: string): boolean {
  return found.split('.').every((part) => Number(part) <= 255);
}

/** The check digit of ISO/IEC 7812-1, which random digits pass one time in ten. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
