const HIDDEN = '[redacted]';
const MAX_DEPTH = 6;
const MAX_ITEMS = 100;
const MAX_TEXT = 8192;

/** Names (lower case, without separators) whose values never reach a log line. */
const HIDDEN_KEYS = new Set([
  'address',
  'apikey',
  'authorization',
  'birthdate',
  'body',
  'clientaddress',
  'cookie',
  'dateofbirth',
  'diagnosis',
  'dob',
  'email',
  'emailaddress',
  'emailenvelope',
  'encryptionkey',
  'firstname',
  'fullname',
  'headers',
  'insurance',
  'ip',
  'ipaddress',
  'lastname',
  'memberid',
  'mrn',
  'nationalid',
  'notes',
  'passwd',
  'password',
  'patientname',
  'personnummer',
  'phone',
  'phonenumber',
  'privatekey',
  'properties',
  'query',
  'rawbody',
  'remoteaddress',
  'sealed',
  'secret',
  'setcookie',
  'signature',
  'ssn',
  'token',
  'useragent',
]);
const HIDDEN_ENDINGS = ['token', 'secret', 'password', 'email', 'phone', 'privatekey', 'apikey'];

/** A rule: a cheap look that decides whether the expression is worth running, the expression, what stands instead. */
type Rule = readonly [worthIt: (text: string) => boolean, pattern: RegExp, replacement: string];

const has = (part: string) => (text: string) => text.includes(part);
const hasDigits = (text: string) => /\d{3}/.test(text);

const RULES: readonly Rule[] = [
  [has('-----BEGIN'), /-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/g, '[key]'],
  // V8 quotes the text it could not parse.
  [
    has('is not valid JSON'),
    /(?:\.\.\.)?"[\s\S]*"(?:\.\.\.)? is not valid JSON/g,
    '[text] is not valid JSON',
  ],
  [has('://'), /:\/\/[^/\s@]*:[^/\s@]*@/g, '://[credentials]@'],
  [has('eyJ'), /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, '[token]'],
  [has('imp1.'), /\bimp1\.[\w-]+\.[\w-]+/g, '[token]'],
  [(text) => /bearer|basic/i.test(text), /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 [token]'],
  [has('e1.'), /(?<![\w-])(?:[\w-]{43}\.)?e1\.\d{1,9}\.[\w-]+/g, '[envelope]'],
  [has('_'), /\b(?:sk|pk|whsec|rk)_[A-Za-z0-9_]{12,}/g, '[secret]'],
  [has('rx_'), /\brx_(?:live|test)_[A-Za-z0-9]{20,}/g, '[secret]'],
  [has('@'), /[^\s@"'<>(),;:=]+@[^\s@"'<>(),;:=]+\.[^\s@"'<>(),;:=]+/g, '[email]'],
  [has('.'), /(?<![\w.-])(?!127\.|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)/g, '[ip]'],
  [
    has('::'),
    /(?<![\w:])(?!::1(?![\w:]))(?!::(?![0-9a-f]))(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?(?![\w:])/gi,
    '[ip]',
  ],
  [has(':'), /(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])/gi, '[ip]'],
  // International, national with its leading zero, and the grouped American form.
  [has('+'), /\+\d(?:[ ().-]{0,2}\d){6,14}(?!\d)/g, '[phone]'],
  [hasDigits, /(?<![\w.:+-])0\d(?:[ .-]?\d){7,9}(?![\w:-]|\.\d)/g, '[phone]'],
  [hasDigits, /(?<![\w.:+-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w:-]|\.\d)/g, '[phone]'],
];

/**
 * Text without what must never be logged: e-mail addresses, bearer and JWT tokens, envelopes, keys, credentials in
 * URLs, phone numbers, full IP addresses (loopback stays). Longer text than 8,192 characters is cut.
 */
export function redactText(text: string): string {
  let result = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  for (const [worthIt, pattern, replacement] of RULES) {
    if (worthIt(result)) result = result.replace(pattern, replacement);
  }
  return result;
}

function isHiddenKey(name: string): boolean {
  const plain = name.replace(/[_.-]/g, '').toLowerCase();
  return HIDDEN_KEYS.has(plain) || HIDDEN_ENDINGS.some((ending) => plain.endsWith(ending));
}

/** What is worth keeping of an error: its kind, code, redacted message, frames and causes. Never its other fields. */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const { code } = error as Error & { code?: unknown };
  const isSqlError = 'severity' in error;
  const message = isSqlError ? error.message.replace(/: "[\s\S]*"$/, ': [value]') : error.message;
  const frames = error.stack?.slice(error.stack.indexOf('\n    at ') + 1);
  return {
    type: error.name,
    message: redactText(message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(frames?.startsWith('    at ') ? { stack: redactText(frames) } : {}),
    ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, depth + 1) }),
  };
}

function redactObject(value: object, depth: number): unknown {
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value;
  if (Buffer.isBuffer(value) || ArrayBuffer.isView(value)) return '[bytes]';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redactValue(item, depth + 1));
  const toJson = (value as { toJSON?: () => unknown }).toJSON;
  if (typeof toJson === 'function') return redactValue(toJson.call(value), depth + 1);
  return redactFields(value as Record<string, unknown>, depth + 1);
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  return depth > MAX_DEPTH ? '[deep]' : redactObject(value, depth);
}

/** The fields of a log line with hidden keys and patterns taken out, at every depth. */
export function redactFields(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  let count = 0;
  for (const name in fields) {
    if (++count > MAX_ITEMS) break;
    result[redactText(name)] = isHiddenKey(name) ? HIDDEN : redactValue(fields[name], depth);
  }
  return result;
}
