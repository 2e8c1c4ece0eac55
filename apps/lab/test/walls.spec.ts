import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inspectDependencies, inspectLock } from '../src/checks/dependency-card';
import { inspectEnvExample, renderEnvExample } from '../src/checks/env-example';
import type { Fault } from '../src/checks/fault';
import { FORMAT } from '../src/checks/format';
import { cruise } from '../src/checks/graph';
import { buildProjectGraph, lint } from '../src/checks/lint';
import { inspectAccessPage, renderAccessPage } from '../src/checks/access-page';
import { inspectDocument } from '../src/checks/generated-documents';
import { inspectPortability } from '../src/checks/portability';
import { inspectText } from '../src/checks/text';
import { inspectTree } from '../src/checks/tree';
import { TYPES } from '../src/checks/types';

import { ScratchTree } from '../src/scratch-tree';
import { PLANTED_CODE } from './canaries/planted-code';
import { PLANTED_ARROWS, PLANTED_FLOORS } from './canaries/planted-imports';

const WORKSPACE = join(__dirname, '../../..');
const SLOW_MS = 300_000;

/** Everything below is planted in a copy; a run that is killed leaves the working tree as it was. */
let overlay: ScratchTree;

beforeAll(() => {
  overlay = ScratchTree.copyOf(WORKSPACE);
});
afterAll(() => overlay.remove());

const at = (faults: Fault[], path: string) =>
  faults.filter(({ where }) => where.replace(/:\d+$/, '') === path);
const named = (faults: Fault[]) => faults.map(({ what }) => what.split(':')[0]);
const file = (path: string, text: string) => ({ path, text: () => text });

describe('the lint rules', () => {
  const cases = PLANTED_CODE.map((planted, index) => ({
    ...planted,
    refusedPath: planted.path(`refused-${index}`),
    passedPath: planted.path(`passed-${index}`),
  }));
  let faults: Fault[];
  let withoutGraph: Fault[];

  beforeAll(async () => {
    for (const { refusedPath, refused, passedPath, passed } of cases) {
      overlay.plant(refusedPath, refused);
      overlay.plant(passedPath, passed);
    }
    for (const { path, text } of PLANTED_FLOORS) overlay.plant(path, text);
    overlay.plant('libs/floating/project.json', '{ "name": "floating", "tags": [] }\n');
    const code = cases.flatMap(({ refusedPath, passedPath }) => [refusedPath, passedPath]);
    withoutGraph = await lint(overlay.root, ['libs/context/src/upward.ts']);
    expect(await buildProjectGraph(overlay.root)).toEqual([]);
    faults = await lint(overlay.root, [...code, ...PLANTED_FLOORS.map(({ path }) => path)]);
  }, SLOW_MS);

  it('fail, and do not pass, where there is no project graph to read', () => {
    expect(withoutGraph.map(({ what }) => what).join()).toContain('will be skipped');
  });

  it.each(PLANTED_FLOORS.filter(({ rule }) => rule))('refuse $what ($path)', ({ path, rule }) => {
    expect(named(at(faults, path))).toContain(rule);
  });

  it.each(PLANTED_FLOORS.filter(({ rule }) => !rule))('let pass $what ($path)', ({ path }) => {
    expect(at(faults, path)).toEqual([]);
  });

  it.each(cases)('refuse $what and let pass its clean form', ({ rule, refusedPath, passedPath }) => {
    expect(named(at(faults, refusedPath))).toContain(rule);
    expect(at(faults, passedPath)).toEqual([]);
  });
});

describe('the dependency rules', () => {
  let faults: Fault[];

  beforeAll(async () => {
    for (const { path, text } of PLANTED_ARROWS) overlay.plant(path, text);
    faults = await cruise(overlay.root);
  }, SLOW_MS);

  it.each(PLANTED_ARROWS.filter(({ rule }) => rule))('refuse $what ($path)', ({ path, rule }) => {
    // A circle is reported once, at one of its files.
    const about = faults.filter(({ where, what }) => where === path || what.includes(path));
    expect(named(about)).toContain(rule);
  });

  it.each(PLANTED_ARROWS.filter(({ rule }) => !rule))('let pass $what ($path)', ({ path }) => {
    expect(at(faults, path)).toEqual([]);
  });

  it('each have a planted violation', () => {
    const rules = createRequire(join(WORKSPACE, 'package.json'))('./.dependency-cruiser.cjs') as {
      forbidden: { name: string }[];
    };
    const planted = new Set(PLANTED_ARROWS.map(({ rule }) => rule));
    expect(rules.forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });
});

describe('the type check and the format check', () => {
  it(
    'refuse a planted type error',
    async () => {
      overlay.plant('libs/context/src/mistyped.ts', "export const count: number = 'three';\n");
      const faults = await TYPES.inspect({ root: overlay.root, fix: false });
      expect(named(at(faults, 'libs/context/src/mistyped.ts'))).toEqual(['TS2322']);
      expect(at(faults, 'libs/context/src/lone.ts')).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    'refuse a planted unformatted file',
    async () => {
      overlay.plant('libs/context/src/crooked.ts', 'export const  crooked = "yes"\n');
      const faults = await FORMAT.inspect({ root: overlay.root, fix: false });
      expect(at(faults, 'libs/context/src/crooked.ts')).toHaveLength(1);
      expect(at(faults, 'libs/context/src/lone.ts')).toEqual([]);
    },
    SLOW_MS,
  );
});

describe('the ground plan', () => {
  it.each([
    ['terraform/main.tf', 'terraform'],
    ['notes.md', 'notes.md'],
    ['.secrets/token', '.secrets'],
    ['apps/gateway/src/main.ts', 'apps/gateway'],
    ['libs/context/src/utils/text.ts', 'libs/context/src/utils/text.ts'],
    ['apps/core-api/src/common/text.ts', 'apps/core-api/src/common/text.ts'],
    ['apps/core-api/src/people/index.ts', 'apps/core-api/src/people/index.ts'],
    ['apps/core-api/src/people/person.dto.ts', 'apps/core-api/src/people/person.dto.ts'],
    ['libs/homeless/src/index.ts', 'libs/homeless/project.json'],
  ])('has no place for %s', (path, where) => {
    const before = inspectTree(overlay.root);
    overlay.plant(path, 'export {};\n');
    expect(at(before, where)).toEqual([]);
    expect(at(inspectTree(overlay.root), where).length).toBeGreaterThan(0);
  });

  it.each([
    ['no floor', '[]'],
    ['two floors', '["floor:1", "floor:2"]'],
    ['a floor that is none', '["floor:9"]'],
  ])('refuses a project on %s', (_, tags) => {
    overlay.plant('libs/balcony/src/index.ts', 'export {};\n');
    overlay.plant('libs/balcony/project.json', '{ "name": "balcony", "tags": ["floor:1"] }\n');
    expect(at(inspectTree(overlay.root), 'libs/balcony/project.json')).toEqual([]);
    overlay.plant('libs/balcony/project.json', `{ "name": "balcony", "tags": ${tags} }\n`);
    expect(at(inspectTree(overlay.root), 'libs/balcony/project.json')).toHaveLength(1);
  });

  it('refuses a guard inside an app', () => {
    const path = 'apps/core-api/src/people/person.guard.ts';
    overlay.plant(path, 'export class PersonGuard implements CanActivate {}\n');
    expect(at(inspectTree(overlay.root), path)).toHaveLength(1);
  });
});

describe('what is generated and committed', () => {
  it('refuses an .env.example that says something else than the declarations', () => {
    overlay.plant('.env.example', renderEnvExample());
    expect(inspectEnvExample(overlay.root)).toEqual([]);
    overlay.plant('.env.example', renderEnvExample().replace('LOG_LEVEL', 'LOUDNESS'));
    expect(inspectEnvExample(overlay.root)).toHaveLength(1);
  });

  it('refuses a page that says something else than the access matrix', () => {
    overlay.plant('libs/contracts/ACCESS.md', renderAccessPage());
    expect(inspectAccessPage(overlay.root)).toEqual([]);
    overlay.plant('libs/contracts/ACCESS.md', renderAccessPage().replace('read (contact)', 'read'));
    expect(inspectAccessPage(overlay.root)).toHaveLength(1);
  });

  it('refuses an OpenAPI document that says something else than core-api serves', () => {
    const path = join(overlay.root, 'apps/core-api/openapi.json');
    mkdirSync(join(path, '..'), { recursive: true });
    rmSync(path, { force: true });
    expect(inspectDocument(overlay.root, 'apps/core-api/openapi.json', '{"openapi":"3.0.0"}')).toHaveLength(
      1,
    );
    writeFileSync(path, '{\n  "openapi": "3.0.0"\n}\n');
    expect(inspectDocument(overlay.root, 'apps/core-api/openapi.json', '{"openapi":"3.0.0"}')).toEqual([]);
    expect(inspectDocument(overlay.root, 'apps/core-api/openapi.json', '{"openapi":"3.1.0"}')).toHaveLength(
      1,
    );
  });
});

describe('the SQL portability check', () => {
  it.each([
    ['select uuidv7()'],
    ['primary key (room, during without overlaps)'],
    ['total int generated always as (a + coalesce(b, 0)) virtual'],
    ['total int generated always as (a + coalesce(b, 0))'],
    ['insert into t values (1) returning old.a'],
    ["select json_value(event, '$.id') from t"],
    ['select any_value(a) from t'],
    ['alter role a set transaction_timeout = 1'],
  ])('refuses %s in a migration', (sql) => {
    const migration = file('migrations/core/1-planted.ts', `await runner.query(\`${sql}\`);\n`);
    expect(inspectPortability([migration])).toHaveLength(1);
  });

  it.each([
    ['total int generated always as (a + coalesce(b, 0)) stored'],
    ['id int generated always as identity'],
    ['select uuid_v7() -- uuidv7() from 18 on'],
    ['select random()'],
  ])('lets pass %s', (sql) => {
    expect(inspectPortability([file('docker/init/planted.sql', `${sql}\n`)])).toEqual([]);
  });

  it('lets pass a text that begins with the server it is for, and no other text of the file', () => {
    const newer = '`-- PostgreSQL 18 and up\nselect uuidv7()`';
    const migration = (...texts: string[]) => file('migrations/core/planted.ts', `f(${texts.join(', ')});\n`);
    expect(inspectPortability([migration(newer)])).toEqual([]);
    expect(inspectPortability([migration(newer, '`select uuidv7()`')])).toHaveLength(1);
    expect(inspectPortability([migration('`select uuidv7() -- PostgreSQL 18 and up`')])).toHaveLength(1);
  });

  it('lets pass a function of the application that is called like one of a newer server', () => {
    expect(
      inspectPortability([file('apps/a/a.repository.ts', 'const id = uuidv7(); // uuidv7()\n')]),
    ).toEqual([]);
  });
});

describe('the text check', () => {
  // Put together here, so that this file passes it.
  const join = (...parts: string[]) => parts.join('');

  it.each([
    [join('see /ho', 'me/someone/notes')],
    [join('https://regis', 'try.npmjs.org/pg')],
    [join('{ "resol', 'ved": "x" }')],
    [join('regis', 'try=https://packages.example')],
    [join('-----BEGIN PRIVATE', ' KEY-----\n', 'A'.repeat(60))],
    [join('CLERK_SECRET_KEY=sk_li', 've_', 'a1'.repeat(16))],
    [join('// eslint-dis', 'able-next-line no-console\n')],
    [join('// @ts-ig', 'nore\n')],
  ])('refuses %j', (text) => {
    expect(inspectText([file('libs/a/a.ts', text)])).toHaveLength(1);
  });

  it.each([
    ['GET /health/live, /v1/patients/{id}, https://example.com/home/page'],
    ['sk_live_…'],
    [join('// eslint-dis', 'able-next-line no-console -- the process prints its port\n')],
    [join('// @ts-ex', 'pect-error the types lack it\n')],
  ])('lets pass %j', (text) => {
    expect(inspectText([file('libs/a/a.ts', text)])).toEqual([]);
  });
});

describe('the dependency card', () => {
  const manifest = JSON.parse(readFileSync(join(WORKSPACE, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const direct = { ...manifest.dependencies, ...manifest.devDependencies };

  it('misses a package that is not a direct dependency', () => {
    const { typeorm: _, ...rest } = direct;
    expect(at(inspectDependencies(rest, []), 'typeorm')[0]?.what).toContain('not a direct dependency');
  });

  it('misses a package that nothing imports', () => {
    expect(at(inspectDependencies(direct, []), 'pg')[0]?.what).toContain('nothing imports it');
    expect(at(inspectDependencies(direct, [file('a.ts', "import { Pool } from 'pg';")]), 'pg')).toEqual([]);
  });

  it('refuses a lockfile of another manifest', () => {
    expect(inspectLock(manifest, manifest)).toEqual([]);
    expect(inspectLock(manifest, { ...manifest, dependencies: { pg: '8.0.0' } }).length).toBeGreaterThan(1);
  });

  it('refuses a package that is not pinned', () => {
    expect(at(inspectDependencies({ ...direct, pg: '^8.0.0' }, []), 'pg')[0]?.what).toContain('not pinned');
  });
});
