import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from './command';
import type { Check, Fault } from './fault';
import { filesUnder, foldersIn, UNWRITTEN, type SourceFile } from './files';

/** The nine names of the ground plan, the lockfile and the configuration that must stand beside them. */
const TOP_LEVEL = [
  ...['nx.json', 'package.json', 'tsconfig.base.json', 'README.md'],
  ...['apps', 'libs', 'migrations', 'docker', '.github'],
  ...['package-lock.json', 'tsconfig.json', 'jest.config.cjs', 'eslint.config.mjs'],
];
const DOT_FOLDERS = ['.github', '.husky', '.ci', '.vscode', '.idea'];
const APPS = ['core-api', 'telemetry-api', 'verify', 'lab', 'console'];
const MIGRATIONS = ['core', 'telemetry', 'clickhouse'];
/** Named after a heap, not after a thing. */
const HEAPS = ['common', 'shared', 'utils', 'util', 'helpers', 'misc', 'core', 'docs'];
const FLOORS = ['floor:0', 'floor:1', 'floor:2', 'floor:3', 'floor:4', 'floor:test'];
const FLOOR_OF_APP: Record<string, string> = { lab: 'floor:lab' };

/** Folders and files stand where the ground plan has them. */
export const TREE: Check = {
  name: 'tree',
  holds: 'folders and files stand where the ground plan has them; every project stands on one floor',
  inspect: ({ root }) => inspectTree(root),
};

/** What stands where it does not belong. */
export function inspectTree(root: string): Fault[] {
  return [
    ...inspectTopLevel(root),
    ...foldersNotIn(root, 'apps', APPS),
    ...foldersNotIn(root, 'migrations', MIGRATIONS),
    ...[...filesUnder(root, 'libs'), ...filesUnder(root, 'apps')].flatMap(inspectFile),
    ...foldersIn(root, 'libs').flatMap((name) => inspectProject(root, `libs/${name}`, name, FLOORS)),
    ...foldersIn(root, 'apps').flatMap((name) =>
      inspectProject(root, `apps/${name}`, name, [FLOOR_OF_APP[name] ?? 'floor:5']),
    ),
    ...inspectProject(root, 'migrations', 'migrations', ['floor:migrations']),
  ];
}

function inspectTopLevel(root: string): Fault[] {
  return readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !UNWRITTEN.includes(name) && !TOP_LEVEL.includes(name))
    .filter((entry) => !(entry.name.startsWith('.') && (entry.isFile() || DOT_FOLDERS.includes(entry.name))))
    .map(({ name }) => ({ where: name, what: 'is not on the ground plan of the top level' }));
}

function foldersNotIn(root: string, folder: string, names: string[]): Fault[] {
  return foldersIn(root, folder)
    .filter((name) => !names.includes(name))
    .map((name) => ({ where: `${folder}/${name}`, what: `is none of ${names.join(', ')}` }));
}

function inspectFile(file: SourceFile): Fault[] {
  const faults: Fault[] = [];
  const refuse = (what: string) => faults.push({ where: file.path, what });
  const folders = file.path.split('/').slice(0, -1);
  const heap = folders.find((name) => HEAPS.includes(name));
  if (heap) refuse(`"${heap}" names a heap: name the folder after the thing in it`);
  if (/^apps\/(core-api|telemetry-api|verify)\/src\/.+\/index\.ts$/.test(file.path)) {
    refuse('is a barrel: inside an app the service and the module are the doors');
  }
  if (file.path.endsWith('.dto.ts') && !file.path.startsWith('libs/contracts/')) {
    refuse('DTO classes live in libs/contracts');
  }
  if (/^apps\/(core-api|telemetry-api)\/src\/.+\.ts$/.test(file.path) && !file.path.endsWith('.spec.ts')) {
    if (/\bimplements\s[^{]*\bCanActivate\b/.test(file.text())) refuse('guards live in libs');
  }
  return faults;
}

function inspectProject(root: string, folder: string, name: string, floors: string[]): Fault[] {
  const where = `${folder}/project.json`;
  if (!existsSync(join(root, where))) return [{ where, what: 'is missing: the folder stands on no floor' }];
  const project = readJson<{ name?: string; tags?: string[] }>(join(root, where));
  const faults: Fault[] = [];
  if (project.name !== name)
    faults.push({ where, what: `names the project "${project.name}", not "${name}"` });
  const [tag, ...more] = project.tags ?? [];
  if (!tag || more.length > 0 || !floors.includes(tag)) {
    faults.push({ where, what: `must carry exactly one tag of ${floors.join(', ')}` });
  }
  if (folder.startsWith('libs/') && !existsSync(join(root, folder, 'src/index.ts'))) {
    faults.push({ where: folder, what: 'has no door: src/index.ts' });
  }
  return faults;
}
