import type { Check, Fault } from './fault';
import { filesUnder, lineAt, type SourceFile } from './files';

/** What no file may say. The patterns are written so that they do not match themselves. */
const REFUSED: readonly [RegExp, string][] = [
  [/(?<![\w.:/*-])\/(?:home|root|Users|work|mnt)\/[\w.-]+/g, 'is a path of one machine'],
  [/\bregistry\.[a-z0-9-]+\.[a-z]{2,}/gi, 'names a package registry'],
  [/"resolved"\s*:/g, 'names the registry a package came from'],
  [/^(?:@[\w-]+:)?registry\s*=\s*\S/gm, 'names a package registry'],
  [/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\\n|\s)+[A-Za-z0-9+/]{48,}/g, 'is a private key'],
  [/\b(?:sk|pk)_live_[A-Za-z0-9]{24,}/g, 'is a key of a vendor'],
  [/\brx_live_[A-Za-z0-9]{60}\b/g, 'is an API key'],
  [/\bwhsec_[A-Za-z0-9+/]{24,}/g, 'is a secret of a vendor'],
  [
    /(?:eslint-(?:disable|enable)[\w-]*|prettier-ignore)(?![^\n]* -- \S{2,} \S+)(?=[ \n*])/g,
    'gives no reason (… -- why)',
  ],
  [/@ts-(?:ignore|nocheck)\b/g, 'switches the type check off: use @ts-expect-error with a reason'],
];

/** This file holds the patterns; the lockfile holds hashes and package names only. */
const PATTERNS_THEMSELVES = 'apps/lab/src/checks/text.ts';
const BINARY = /\.(png|jpg|ico|woff2?|mmdb|gz|zip|pdf)$/;

/** No path of a machine, no registry, no secret, no lint rule switched off without a reason. */
export const TEXT: Check = {
  name: 'text',
  holds: 'no path of a machine, no registry, no secret, no rule switched off without a reason',
  inspect: ({ root }) => inspectText(filesUnder(root)),
};

/** What these files say that they may not. */
export function inspectText(files: SourceFile[]): Fault[] {
  return files.filter(({ path }) => path !== PATTERNS_THEMSELVES && !BINARY.test(path)).flatMap(inspectFile);
}

function inspectFile(file: SourceFile): Fault[] {
  const text = file.text();
  return REFUSED.flatMap(([pattern, why]) =>
    [...text.matchAll(pattern)].map((found) => ({
      where: `${file.path}:${lineAt(text, found.index)}`,
      what: `"${found[0].trim().slice(0, 60)}" ${why}`,
    })),
  );
}
