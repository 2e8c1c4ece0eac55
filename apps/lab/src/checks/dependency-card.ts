import { join } from 'node:path';
import { readJson } from './command';
import type { Check, Fault } from './fault';
import { filesUnder, type SourceFile } from './files';

/** Packages the design fixes. Null: in use. Otherwise why nothing imports it yet. */
const CARD: Readonly<Record<string, string | null>> = {
  nx: null,
  '@nestjs/core': null,
  '@nestjs/platform-express': null,
  '@nestjs/bullmq': null,
  typeorm: null,
  pg: null,
  ioredis: null,
  '@clerk/backend': null,
  '@aws-sdk/client-kms': null,
  '@aws-sdk/client-s3': null,
  '@clickhouse/client': null,
  '@maxmind/geoip2-node': null,
  'class-validator': null,
  jest: null,
  supertest: null,
};

/** Packages that are started or loaded by name, by the file that does it. */
const LOADED_BY: Readonly<Record<string, string>> = {
  nx: 'nx.json',
  jest: 'jest.config.cjs',
};

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** The packages of the design are direct dependencies, pinned, and used. */
export const DEPENDENCY_CARD: Check = {
  name: 'dependencies',
  holds: 'the packages of the design are direct dependencies, pinned, and used',
  inspect({ root }) {
    const manifest = readJson<Manifest>(join(root, 'package.json'));
    const files = ['apps', 'libs', 'migrations'].flatMap((folder) => filesUnder(root, folder));
    const direct = { ...manifest.dependencies, ...manifest.devDependencies };
    const lock = readJson<{ packages: Record<string, Manifest> }>(join(root, 'package-lock.json'));
    return [...inspectLock(manifest, lock.packages['']), ...inspectDependencies(direct, files)];
  },
};

/** The lockfile was made from this manifest. */
export function inspectLock(manifest: Manifest, locked: Manifest = {}): Fault[] {
  return (['dependencies', 'devDependencies'] as const).flatMap((kind) => {
    const [asked, answered] = [manifest[kind] ?? {}, locked[kind] ?? {}];
    return Object.keys({ ...asked, ...answered })
      .filter((name) => asked[name] !== answered[name])
      .map((name) => ({
        where: 'package-lock.json',
        what: `does not know ${name} as package.json does (npm install)`,
      }));
  });
}

/** What differs from the card, given the direct dependencies and the sources that may import them. */
export function inspectDependencies(direct: Record<string, string>, files: SourceFile[]): Fault[] {
  const imported = importedPackages(files);
  return [
    ...Object.entries(direct)
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => ({ where: name, what: `is not pinned to one version: "${version}"` })),
    ...Object.entries(CARD).flatMap(([name, unusedBecause]) => {
      if (!(name in direct)) return [{ where: name, what: 'is on the card but not a direct dependency' }];
      const used = imported.has(name) || name in LOADED_BY;
      if (!used && !unusedBecause) return [{ where: name, what: 'is on the card but nothing imports it' }];
      if (used && unusedBecause)
        return [{ where: name, what: 'is imported now: take its excuse off the card' }];
      return [];
    }),
  ];
}

/** Names of the packages that the sources import. */
function importedPackages(files: SourceFile[]): Set<string> {
  const names = new Set<string>();
  for (const file of files.filter(({ path }) => /\.(ts|mjs|cjs)$/.test(path))) {
    for (const [, specifier] of file
      .text()
      .matchAll(/(?:from|import|require\()\s*\(?['"]([^'".][^'"]*)['"]/g)) {
      const [scope = '', name = ''] = (specifier ?? '').split('/');
      names.add(scope.startsWith('@') ? `${scope}/${name}` : scope);
    }
  }
  return names;
}
