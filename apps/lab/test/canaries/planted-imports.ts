/** A file with an import that a wall must refuse, or (rule null) the clean form, which it must let pass. */
export interface PlantedImport {
  what: string;
  path: string;
  text: string;
  /** Name of the dependency-cruiser rule, or of the ESLint rule. */
  rule: string | null;
}

const FLOORS = '@nx/enforce-module-boundaries';
const ROOM = 'apps/core-api/src/people';

/** Neighbours the others reach for; each is clean by itself. */
const NEIGHBOURS: PlantedImport[] = [
  clean('a repository', `${ROOM}/birds/birds.repository.ts`, 'export const rows = 1;\n'),
  clean('a service', `${ROOM}/birds/birds.service.ts`, "export { rows } from './birds.repository';\n"),
  clean('a room', 'apps/telemetry-api/src/birds/nest.ts', 'export const eggs = 3;\n'),
  clean('a controller', `${ROOM}/birds/birds.controller.ts`, "export { rows } from './birds.service';\n"),
  clean('a spec', 'libs/context/src/birds.spec.ts', "it('sings', () => expect(1).toBe(1));\n"),
  clean('a spec on the test floor', 'libs/database/src/birds.spec.ts', "import '@restartix/testing';\n"),
];

/** Arrows of the floors, checked by Nx. */
export const PLANTED_FLOORS: PlantedImport[] = [
  clean('a downward import', 'libs/http/src/downward.ts', "import '@restartix/errors';\n"),
  bad('an upward import', 'libs/context/src/upward.ts', "import '@restartix/http';\n", FLOORS),
  bad(
    'an upward import of a type',
    'libs/errors/src/typed.ts',
    "import type {} from '@restartix/http';\n",
    FLOORS,
  ),
  bad('a re-export from above', 'libs/crypto/src/passed-on.ts', "export * from '@restartix/keys';\n", FLOORS),
  bad(
    'a dynamic upward import',
    'libs/config/src/late.ts',
    "export const late = () => import('@restartix/http');\n",
    FLOORS,
  ),
  bad('a sideways import', 'libs/redis/src/sideways.ts', "import '@restartix/queue';\n", FLOORS),
  bad('a lib reached by path', 'libs/http/src/by-path.ts', "import '../../errors/src/index';\n", FLOORS),
  bad('the framework in contracts', 'libs/contracts/src/framework.ts', "import '@nestjs/common';\n", FLOORS),
  bad(
    'the test floor in production',
    `${ROOM}/birds/birds.mapper.ts`,
    "import '@restartix/testing';\n",
    FLOORS,
  ),
  bad('a project without a floor', 'libs/floating/src/index.ts', "import '@restartix/context';\n", FLOORS),
  bad('tenancy in a migration', 'migrations/core/lib.ts', "import '@restartix/tenancy';\n", FLOORS),
];

/** Arrows between files, checked by dependency-cruiser. */
export const PLANTED_ARROWS: PlantedImport[] = [
  ...NEIGHBOURS,
  clean(
    'a neighbour by its service',
    `${ROOM}/cats/cats.service.ts`,
    "export { rows } from '../birds/birds.service';\n",
  ),
  bad(
    'a neighbour past its service',
    `${ROOM}/cats/cats.module.ts`,
    "export { rows } from '../birds/birds.repository';\n",
    'feature-door-is-the-service',
  ),
  bad(
    'a type of a neighbour past its service',
    `${ROOM}/cats/cats.types.ts`,
    "export type { rows } from '../birds/birds.repository';\n",
    'feature-door-is-the-service',
  ),
  bad(
    'a late import of a neighbour past its service',
    `${ROOM}/cats/cats.factory.ts`,
    "export class Cat {\n  hunt() {\n    return import('../birds/birds.repository');\n  }\n}\n",
    'feature-door-is-the-service',
  ),
  bad(
    'another room past its service',
    'apps/telemetry-api/src/cats/paw.ts',
    "export { eggs } from '../birds/nest';\n",
    'room-door-is-the-service',
  ),
  bad(
    'a room below the ground of its app',
    'apps/telemetry-api/src/platform/dig.ts',
    "export { eggs } from '../birds/nest';\n",
    'ground-knows-no-room',
  ),
  bad(
    'a circle',
    'libs/context/src/hen.ts',
    "export { egg } from './egg';\nexport const hen = 1;\n",
    'no-circles',
  ),
  bad(
    'its other half',
    'libs/context/src/egg.ts',
    "export { hen } from './hen';\nexport const egg = 1;\n",
    'no-circles',
  ),
  bad('an import of nothing', 'libs/context/src/lost.ts', "import './nowhere';\n", 'no-dead-ends'),
  bad(
    'a controller that knows a repository',
    `${ROOM}/cats/cats.controller.ts`,
    "export { rows } from './cats.repository';\n",
    'controller-knows-only-service',
  ),
  clean('its repository', `${ROOM}/cats/cats.repository.ts`, "import 'pg';\nexport const rows = 1;\n"),
  bad(
    'a repository that knows a service',
    `${ROOM}/dogs/dogs.repository.ts`,
    "export { rows } from '../birds/birds.service';\n",
    'nothing-below-knows-the-service',
  ),
  bad(
    'a service that knows a controller',
    `${ROOM}/birds/nests.service.ts`,
    "export { rows } from './birds.controller';\n",
    'nothing-below-knows-the-controller',
  ),
  bad(
    'a policy with a framework',
    `${ROOM}/cats/cats.policy.ts`,
    "import '@nestjs/common';\n",
    'policy-is-pure',
  ),
  bad(
    'SQL outside a repository',
    `${ROOM}/cats/cats.query.ts`,
    "import 'pg';\n",
    'only-repositories-know-sql',
  ),
  bad(
    'the ORM in a service',
    `${ROOM}/mice/mice.service.ts`,
    "import 'typeorm';\n",
    'only-repositories-know-sql',
  ),
  bad(
    'ClickHouse in core-api',
    `${ROOM}/mice/mice.repository.ts`,
    "import '@clickhouse/client';\n",
    'clickhouse-is-telemetrys',
  ),
  bad(
    'a vendor without an adapter',
    `${ROOM}/mice/mice.vendor.ts`,
    "import '@clerk/backend';\n",
    'vendors-behind-adapters',
  ),
  clean('a vendor behind its adapter', `${ROOM}/mice/mice.adapter.ts`, "import '@clerk/backend';\n"),
  bad('a second Redis client', `${ROOM}/mice/mice.cache.ts`, "import 'ioredis';\n", 'redis-has-one-client'),
  bad('jobs past the queue', `${ROOM}/mice/mice.jobs.ts`, "import 'bullmq';\n", 'jobs-have-one-door'),
  bad(
    'a call while scheduling',
    'apps/core-api/src/care/scheduling/call.ts',
    "import 'node:https';\n",
    'scheduling-calls-nobody',
  ),
  bad('I/O in contracts', 'libs/contracts/src/io.ts', "import 'node:fs';\n", 'contracts-are-words'),
  bad(
    'a framework on the ground floor',
    'libs/errors/src/framework.ts',
    "import 'express';\n",
    'ground-floors-know-no-framework',
  ),
  bad('I/O in crypto', 'libs/crypto/src/io.ts', "import 'node:fs';\n", 'crypto-does-no-io'),
  bad(
    'an app in an app',
    'apps/telemetry-api/src/birds/visit.ts',
    "import '../../../core-api/src/main';\n",
    'apps-never-import-apps',
  ),
  bad(
    'an app in the file that may take examples',
    'apps/lab/test/redaction/ready.ts',
    "import '../../../core-api/src/main';\n",
    'redaction-reads-examples-only',
  ),
  bad(
    'a lib past its index',
    'apps/telemetry-api/src/birds/deep.ts',
    "import '../../../../libs/context/src/lone';\n",
    'lib-door-is-the-index',
  ),
  clean('what it reaches for', 'libs/context/src/lone.ts', 'export {};\n'),
  bad(
    'a lib past its index, from a lib',
    'libs/http/src/deep.ts',
    "import '../../context/src/lone';\n",
    'lib-door-is-the-index-for-libs',
  ),
  bad(
    'an app in a lib',
    'libs/http/src/app.ts',
    "import '../../../apps/core-api/src/main';\n",
    'libs-know-no-app',
  ),
  bad(
    'a migration in a feature',
    `${ROOM}/mice/mice.tables.ts`,
    "import '../../../../../migrations/core/tables';\n",
    'migrations-are-run-by-migrate',
  ),
  bad(
    'a lib in a migration',
    'migrations/core/deep.ts',
    "import '@restartix/errors';\n",
    'migrations-know-little',
  ),
  bad(
    'foreign migrations',
    'apps/core-api/src/platform/foreign.ts',
    "import '../../../../migrations/telemetry';\n",
    'each-service-its-own-migrations',
  ),
  bad(
    'foreign migrations, the other way',
    'apps/telemetry-api/src/platform/foreign.ts',
    "import '../../../../migrations/core';\n",
    'each-service-its-own-migrations-too',
  ),
  bad('a spec that is imported', 'libs/context/src/leaf.ts', "import './birds.spec';\n", 'specs-are-leaves'),
  bad(
    'the test floor in production',
    `${ROOM}/mice/mice.mapper.ts`,
    "import '@restartix/testing';\n",
    'production-knows-no-test-floor',
  ),
  bad(
    'a test-floor lib in another',
    'libs/embedded/src/sideways.ts',
    "import '@restartix/testing';\n",
    'test-floor-is-entered-by-testing',
  ),
  bad(
    'a development package in production',
    'libs/context/src/developed.ts',
    "import 'fast-check';\n",
    'production-needs-only-dependencies',
  ),
];

function bad(what: string, path: string, text: string, rule: string): PlantedImport {
  return { what, path, text, rule };
}

function clean(what: string, path: string, text: string): PlantedImport {
  return { what, path, text, rule: null };
}
