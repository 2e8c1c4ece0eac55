/** Lines that a lint rule must refuse, and the clean form beside them, which it must let pass. */
export interface PlantedCode {
  what: string;
  /** Folder and ending say what kind of file it is in. */
  path: (name: string) => string;
  refused: string;
  passed: string;
  rule: string;
}

const IMPORTS = 'no-restricted-imports';
const SYNTAX = 'no-restricted-syntax';

const service = (name: string) => `apps/core-api/src/people/${name}/${name}.service.ts`;
const lib = (name: string) => `libs/http/src/${name}.ts`;
const spec = (name: string) => `libs/http/src/${name}.spec.ts`;

const lines = (count: number) => 'export {};\n' + 'void 0;\n'.repeat(count - 1);
const branches = (count: number) =>
  `export const f = (n: number) => {\n${Array.from({ length: count - 1 }, (_, n) => `  if (n === ${n}) return ${n};`).join('\n')}\n  return n;\n};\n`;
const parameters = (count: number) =>
  `export const f = (${Array.from({ length: count }, (_, n) => `_p${n}: number`).join(', ')}) => 1;\n`;
const nest = (name: string) => `import { ${name} } from '@nestjs/common';\nvoid ${name};\n`;

export const PLANTED_CODE: PlantedCode[] = [
  {
    what: 'a file over 300 lines',
    path: service,
    refused: lines(301),
    passed: lines(300),
    rule: 'max-lines',
  },
  { what: 'a spec over 400 lines', path: spec, refused: lines(401), passed: lines(400), rule: 'max-lines' },
  {
    what: 'eleven ways through a function',
    path: lib,
    refused: branches(11),
    passed: branches(10),
    rule: 'complexity',
  },
  { what: 'seven parameters', path: lib, refused: parameters(7), passed: parameters(6), rule: 'max-params' },
  {
    what: 'any',
    path: lib,
    refused: 'export const f = (x: any) => String(x);\n',
    passed: 'export const f = (x: unknown) => String(x);\n',
    rule: '@typescript-eslint/no-explicit-any',
  },
  {
    what: 'a promise nobody waits for',
    path: lib,
    refused: 'Promise.resolve(1);\nexport {};\n',
    passed: 'void Promise.resolve(1);\nexport {};\n',
    rule: '@typescript-eslint/no-floating-promises',
  },
  {
    what: 'the console',
    path: lib,
    refused: 'console.log(1);\nexport {};\n',
    passed: 'export {};\n',
    rule: 'no-console',
  },
  {
    what: 'forwardRef',
    path: service,
    refused: nest('forwardRef'),
    passed: nest('Injectable'),
    rule: IMPORTS,
  },
  { what: '@Global', path: service, refused: nest('Global'), passed: nest('Module'), rule: IMPORTS },
  {
    what: 'a Nest HTTP exception in a service',
    path: service,
    refused: nest('NotFoundException'),
    passed: "import { DomainError } from '@restartix/errors';\nvoid DomainError;\n",
    rule: IMPORTS,
  },
  {
    what: 'the request as a provider',
    path: service,
    refused: "import { REQUEST } from '@nestjs/core';\nvoid REQUEST;\n",
    passed: "import { Reflector } from '@nestjs/core';\nvoid Reflector;\n",
    rule: IMPORTS,
  },
  {
    what: 'a DTO outside contracts',
    path: service,
    refused: "import { IsEmail } from 'class-validator';\nvoid IsEmail;\n",
    passed: "import { validateSync } from 'class-validator';\nvoid validateSync;\n",
    rule: IMPORTS,
  },
  {
    what: 'a relation between entities',
    path: (name) => `apps/core-api/src/people/${name}/${name}.entity.ts`,
    refused: "import { OneToMany } from 'typeorm';\nvoid OneToMany;\n",
    passed: "import { Column } from 'typeorm';\nvoid Column;\n",
    rule: IMPORTS,
  },
  {
    what: 'request scope',
    path: service,
    refused: "import { Scope } from '@nestjs/common';\nexport const scope = Scope.REQUEST;\n",
    passed: "import { Scope } from '@nestjs/common';\nexport const scope = Scope.DEFAULT;\n",
    rule: SYNTAX,
  },
  {
    what: 'the environment in a feature',
    path: service,
    refused: 'export const level = process.env.LOG_LEVEL;\n',
    passed: 'export const level = process.version;\n',
    rule: SYNTAX,
  },
  {
    what: 'the environment, taken apart',
    path: service,
    refused: 'const { env } = process;\nexport const level = env.LOG_LEVEL;\n',
    passed: 'const { version } = process;\nexport const level = version;\n',
    rule: SYNTAX,
  },
  {
    what: 'the environment, by import',
    path: service,
    refused: "import { env } from 'node:process';\nvoid env;\n",
    passed: "import { version } from 'node:process';\nvoid version;\n",
    rule: IMPORTS,
  },
  {
    what: 'a context entered for good',
    path: lib,
    refused: "import { AsyncLocalStorage } from 'node:async_hooks';\nnew AsyncLocalStorage().enterWith(1);\n",
    passed:
      "import { AsyncLocalStorage } from 'node:async_hooks';\nnew AsyncLocalStorage().run(1, () => 1);\n",
    rule: SYNTAX,
  },
  {
    what: 'an eager relation',
    path: service,
    refused: 'export const options = { eager: true };\n',
    passed: 'export const options = { eager: false };\n',
    rule: SYNTAX,
  },
  {
    what: 'save() of a graph',
    path: service,
    refused: 'export const f = (x: { repository: { save(): void } }) => x.repository.save();\n',
    passed: 'export const f = (x: { repository: { insert(): void } }) => x.repository.insert();\n',
    rule: SYNTAX,
  },
  {
    what: 'SQL in a service',
    path: service,
    refused: 'export const sql = `select id from patients`;\n',
    passed: "export const text = 'select a patient from the list';\n".replace('from', 'of'),
    rule: SYNTAX,
  },
  {
    what: 'a setting that outlives its transaction',
    path: lib,
    refused: "export const sql = `select set_config('app.current_org_id', $1, false)`;\n",
    passed: "export const sql = `select set_config('app.current_org_id', $1, true)`;\n",
    rule: SYNTAX,
  },
  {
    what: 'a type imported in passing',
    path: lib,
    refused: "export type T = import('node:http').Server;\n",
    passed: "import type { Server } from 'node:http';\nexport type T = Server;\n",
    rule: SYNTAX,
  },
  {
    what: 'a test that keeps the others from running',
    path: spec,
    refused: "it.only('runs', () => expect(1).toBe(1));\n",
    passed: "it('runs', () => expect(1).toBe(1));\n",
    rule: SYNTAX,
  },
  {
    what: 'a test that does not run',
    path: spec,
    refused: "describe.skip('rests', () => it('runs', () => expect(1).toBe(1)));\n",
    passed: "describe('works', () => it('runs', () => expect(1).toBe(1)));\n",
    rule: SYNTAX,
  },
  {
    what: 'a mock of our own store',
    path: spec,
    refused: "jest.mock('@restartix/database');\n",
    passed: 'jest.useRealTimers();\n',
    rule: SYNTAX,
  },
];
