import { workspaceRoot } from '@restartix/embedded';

/** What no error answer may show: the inside of the program, its stores, its secrets. */
const INSIDES: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a stack', /\bat \S+ \(?[\w./:-]+:\d+:\d+\)?|node:internal|node_modules/],
  [
    'SQL',
    /\b(select\s.+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|returning\s+\w+|syntax error at or near)\b/i,
  ],
  [
    'an error of the database',
    /QueryFailedError|violates .+ constraint|relation "|column "|SQLSTATE|permission denied for/i,
  ],
  ['a path of the machine', /(^|["\s'(])\/(home|root|tmp|usr|var|etc|opt|work)\/|\bdist\/(apps|libs)\//],
  ['an address of a store', /(postgres(ql)?|rediss?|clickhouse):\/\/|\bECONN\w+|127\.0\.0\.1:\d+/],
];

/** What no answer at all may show. */
const SECRETS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY/],
  ['a session token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/],
];

/** Looks into answers for what must not leave the service. */
export class LeakFinder {
  /** `secrets`: passwords and keys of this very installation. */
  constructor(private readonly secrets: readonly string[]) {}

  /** What a body gives away. Only `own` words (an error's) are looked at for insides: data may hold anything. */
  find(text: string, own: string | null): string[] {
    const found = SECRETS.filter(([, pattern]) => pattern.test(text)).map(([what]) => what);
    if (this.secrets.some((secret) => text.includes(secret))) found.push('a secret of this installation');
    if (own === null) return found;
    if (own.includes(workspaceRoot())) found.push('a path of the machine');
    return [...found, ...INSIDES.filter(([, pattern]) => pattern.test(own)).map(([what]) => what)];
  }
}
