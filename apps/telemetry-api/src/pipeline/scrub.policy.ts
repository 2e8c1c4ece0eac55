import { isIPv6 } from 'node:net';

const REMOVED = '[removed]';
const MAX_PROPERTIES = 20;
const MAX_LENGTH = 200;
const KEY = /^[a-z][a-z0-9_]{0,39}$/;

/** Shapes of texts that stand for a person or their device. Wide on purpose: a lost number costs less than a name. */
const IDENTIFIERS: readonly RegExp[] = [
  /[^\s@]@[^\s@]/, // e-mail address, account handle
  /\d{7,}/, // national ids, card and phone numbers
  /\d(?:[\s().\-/]{0,3}\d){6,}/, // the same with separators, and dates
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/, // IPv4
  /[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/i, // UUID
  /\beyJ[\w-]+\.[\w-]+/, // JWT
  /(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])[a-z0-9]{20,}/i, // ids and tokens of other systems
  /\b(?:user|usr|sess|cus|acct)_[a-z0-9]/i, // the same by their prefix: Clerk, Stripe
];

/** Letters alone, or a short number, hold none of these: most values, and not worth six patterns each. */
const HARMLESS = /^(?!.*(?:eyj|\b(?:user|usr|sess|cus|acct)_))(?:[a-z_. ]*|-?[\d.]{1,6})$/i;

/** Names of properties whose values are about a person, whatever they look like: a name has no shape of its own. */
const PERSONAL =
  /^name$|^(first|middle|last|full|given|family|maiden|birth|contact|user|nick|display)_?names?$|(^|_)(surname|e?mail|phone|mobile|fax|address|street|zip|postcode|postal|birth(day|date)?|dob|ssn|cnp|mrn|iban|insurance|diagnos[ie]s|symptoms?|medications?|allerg(y|ies)|patients?|persons?|notes?|comments?|passwords?|secrets?|tokens?)(_|$)/;

/** Full-width digits, invisible characters and percent signs must not carry an identifier past the patterns. */
function plain(text: string): string {
  const visible = text.normalize('NFKC').replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, '');
  return visible.replace(/%40/gi, '@').replace(/%2e/gi, '.').replace(/%3a/gi, ':');
}

function holdsIpv6(text: string): boolean {
  return text.split(/[^0-9a-f:.]+/i).some((word) => word.includes(':') && isIPv6(word));
}

/** Whether a text looks like, or holds, something that stands for a person. */
export function looksLikeIdentifier(text: string, userId: string | null): boolean {
  const isHarmless = HARMLESS.test(text);
  const value = isHarmless ? text : plain(text);
  if (userId !== null && value.toLowerCase().includes(userId.toLowerCase())) return true;
  return !isHarmless && (IDENTIFIERS.some((pattern) => pattern.test(value)) || holdsIpv6(value));
}

function scrubbed(name: string, value: string | number | boolean, userId: string | null): string {
  const isPersonal = PERSONAL.test(name) || looksLikeIdentifier(String(value), userId);
  return isPersonal ? REMOVED : String(value).slice(0, MAX_LENGTH);
}

/**
 * Properties as they may be stored: at most twenty plain values as text, well-formed names, nothing that stands for
 * a person by its look or by its property's name. What does is replaced by "[removed]"; what is no plain value, or
 * has another kind of name, is left out. A person's name in a property called otherwise cannot be told from a word.
 */
export function scrubProperties(
  properties: Record<string, unknown>,
  userId: string | null,
): Record<string, string> {
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries(properties)) {
    if (kept.length === MAX_PROPERTIES) break;
    if (!KEY.test(name) || looksLikeIdentifier(name, userId)) continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      kept.push([name, scrubbed(name, value, userId)]);
    }
  }
  return Object.fromEntries(kept);
}
