import { parse } from 'yaml';

/** What the checks read of a service; everything else stays as it was written. */
export interface ComposeService {
  image?: string;
  build?: { context?: string; dockerfile?: string };
  command?: string | string[];
  entrypoint?: string | string[];
  environment?: Record<string, string | number | boolean | null>;
  ports?: unknown[];
  networks?: string[] | Record<string, unknown>;
  network_mode?: string;
  volumes?: (string | { type?: string; source?: string })[];
  depends_on?: Record<string, { condition?: string }>;
}

export interface Compose {
  services: Record<string, ComposeService>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, unknown>;
}

type Plain = Record<string, unknown>;

/** One compose file, or several laid over one another in order, with docker's rules for what then counts. */
export function parseCompose(...texts: string[]): Compose {
  const merged = texts
    .map((text) => (parse(text, { merge: true }) ?? {}) as Plain)
    .reduce((lower, upper) => layOver(lower, upper, []));
  return { services: {}, networks: {}, volumes: {}, ...merged };
}

/** Lists of these are replaced by the upper file; other lists grow. */
const REPLACED = ['command', 'entrypoint', 'test'];

function layOver(lower: Plain, upper: Plain, path: string[]): Plain {
  const merged: Plain = { ...lower };
  for (const [key, value] of Object.entries(upper)) merged[key] = join(lower[key], value, [...path, key]);
  return merged;
}

function join(lower: unknown, upper: unknown, path: string[]): unknown {
  if (isPlain(lower) && isPlain(upper)) return layOver(lower, upper, path);
  if (Array.isArray(lower) && Array.isArray(upper) && !REPLACED.includes(path.at(-1) ?? '')) {
    return [...(lower as unknown[]), ...(upper as unknown[])];
  }
  return upper ?? lower;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names of the networks a service is on; "default" when it names none. */
export function networksOf(service: ComposeService): string[] {
  const { networks } = service;
  if (!networks) return ['default'];
  return Array.isArray(networks) ? networks : Object.keys(networks);
}

/** A variable that compose takes from its own environment. */
export interface Interpolated {
  name: string;
  /** Compose refuses to start without it. */
  demanded: boolean;
}

/** The ${…} of a text; $$ is a dollar sign for the container. */
export function interpolations(text: string): Interpolated[] {
  return [...text.replaceAll('$$', '').matchAll(/\$\{(\w+)(:?[?+-])?[^}]*\}|\$(\w+)/g)].map(
    ([, braced, operator, bare]) => ({
      name: braced ?? bare ?? '',
      demanded: operator === ':?',
    }),
  );
}
