/*
 * The walls that Nx cannot see: circles, rooms and features inside an app, and who may know which package.
 * The parser is swc: it also sees imports of types, so a type may not cross a wall either.
 */
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`;
const SQL_DRIVERS = packages('typeorm', 'pg', 'pg-[^/]+', '@clickhouse/client(-common)?');
const CLICKHOUSE = packages('@clickhouse/[^/]+');
const VENDORS = packages(
  '@clerk',
  '@aws-sdk',
  '@smithy',
  '@maxmind',
  'stripe',
  'twilio',
  '@daily-co',
  'openai',
);
const IO = '^(node:)?(fs|fs/promises|child_process|dns|dgram|worker_threads|http|https|http2|tls)$';
const HTTP = '^(node:)?(http|https|http2|net|tls|undici)$';

const CODE = '^(apps|libs|migrations)/';
const TEST_FLOOR = '^libs/(embedded|vendor-lab|testing)/';
const SPEC = '\\.spec\\.ts$';
const TESTS = [SPEC, '^(apps|libs)/[^/]+/test/', '^apps/lab/', TEST_FLOOR];

const ROOM = '^apps/(?:core-api|telemetry-api)/src/([^/]+)/';
const FEATURE = '^apps/core-api/src/([^/]+)/([^/]+)/';
const DOOR = '\\.(service|module)\\.ts$';
/* What an app stands on: its stores and settings, known to every room and knowing none. */
const GROUND = '^apps/[^/]+/src/platform/';

/** One wall. */
const refuse = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    refuse('no-circles', 'An arrow only goes down.', {}, { circular: true }),
    refuse(
      'no-dead-ends',
      'An import that does not resolve is seen by no wall. (dist/ is there only after a build.)',
      {},
      { couldNotResolve: true, pathNot: '(^|/)dist/' },
    ),

    refuse(
      'room-door-is-the-service',
      'A room is entered through a *.service.ts or a *.module.ts.',
      { path: ROOM, pathNot: SPEC },
      { path: ROOM, pathNot: ['^apps/[^/]+/src/$1/', DOOR, GROUND] },
    ),
    refuse(
      'feature-door-is-the-service',
      'A feature is entered through its *.service.ts or *.module.ts.',
      { path: FEATURE, pathNot: SPEC },
      { path: FEATURE, pathNot: ['^apps/core-api/src/$1/$2/', DOOR] },
    ),
    refuse(
      'ground-knows-no-room',
      'What every room stands on knows none of them.',
      { path: GROUND, pathNot: SPEC },
      { path: ROOM, pathNot: GROUND },
    ),
    refuse(
      'controller-knows-only-service',
      'HTTP in, one service call, HTTP out.',
      { path: '\\.(controller|processor)\\.ts$' },
      { path: '\\.(repository|entity|adapter)\\.ts$' },
    ),
    refuse(
      'nothing-below-knows-the-controller',
      'Arrows inside a room: controller, service, then policy, repository, mapper.',
      { path: '\\.(service|policy|repository|mapper|entity|adapter|port)\\.ts$' },
      { path: '\\.(controller|processor)\\.ts$' },
    ),
    refuse(
      'nothing-below-knows-the-service',
      'Arrows inside a room: controller, service, then policy, repository, mapper.',
      { path: '\\.(policy|repository|mapper|entity)\\.ts$' },
      { path: '\\.service\\.ts$' },
    ),
    refuse(
      'policy-is-pure',
      'Rules without I/O and without framework.',
      { path: '\\.policy\\.ts$' },
      { path: ['\\.(repository|adapter)\\.ts$', packages('@nestjs', 'typeorm', 'pg'), IO] },
    ),

    refuse(
      'only-repositories-know-sql',
      'SQL drivers and the ORM belong to *.repository.ts, migrations and libs/database.',
      {
        path: CODE,
        pathNot: [
          ...TESTS,
          '\\.repository\\.ts$',
          '^migrations/',
          '^libs/database/',
          '/clickhouse[^/]*\\.ts$',
        ],
      },
      { path: SQL_DRIVERS },
    ),
    refuse(
      'clickhouse-is-telemetrys',
      'core-api reaches the analytics over the service channel only.',
      { path: CODE, pathNot: [...TESTS, '^apps/telemetry-api/', '^migrations/clickhouse/'] },
      { path: CLICKHOUSE },
    ),
    refuse(
      'vendors-behind-adapters',
      'A vendor is known to its *.adapter.ts alone.',
      { path: CODE, pathNot: [...TESTS, '\\.adapter\\.ts$'] },
      { path: VENDORS },
    ),
    refuse(
      'redis-has-one-client',
      'libs/redis and libs/queue speak to Redis.',
      { path: CODE, pathNot: [...TESTS, '^libs/(redis|queue)/'] },
      { path: packages('ioredis') },
    ),
    refuse(
      'jobs-have-one-door',
      'libs/queue speaks to BullMQ.',
      { path: CODE, pathNot: [...TESTS, '^libs/queue/'] },
      { path: packages('bullmq', '@nestjs/bullmq', '@nestjs/bull-shared') },
    ),
    refuse(
      'scheduling-calls-nobody',
      'No outside call while a slot is being decided.',
      { path: '^apps/core-api/src/care/scheduling/' },
      { path: [VENDORS, HTTP, '\\.adapter\\.ts$', '^libs/service-channel/'] },
    ),

    refuse(
      'contracts-are-words',
      'What two processes agree upon: DTO classes and data, nothing else.',
      { path: '^libs/contracts/', pathNot: SPEC },
      { pathNot: ['^libs/contracts/', packages('class-validator', 'class-transformer', '@nestjs/swagger')] },
    ),
    refuse(
      'ground-floors-know-no-framework',
      'Context, errors, config and crypto are plain TypeScript.',
      { path: '^libs/(context|errors|config|crypto)/', pathNot: SPEC },
      { path: packages('@nestjs', 'express', 'typeorm', 'pg', 'ioredis', 'bullmq') },
    ),
    refuse(
      'crypto-does-no-io',
      'Pure functions over keys handed in.',
      { path: '^libs/crypto/', pathNot: SPEC },
      { path: [HTTP, IO] },
    ),

    refuse(
      'apps-never-import-apps',
      'They speak through contracts, the queue and the service channel.',
      // One reads another's tests: the proof that no health data leaks drives core-api by the examples of its own specs.
      { path: '^apps/([^/]+)/', pathNot: '^apps/lab/test/redaction/ready\\.ts$' },
      { path: '^apps/[^/]+/', pathNot: '^apps/$1/' },
    ),
    refuse(
      'redaction-reads-examples-only',
      'Of core-api it takes the examples of its specs, nothing else.',
      { path: '^apps/lab/test/redaction/ready\\.ts$' },
      { path: '^apps/(?!lab/)', pathNot: '^apps/core-api/test/' },
    ),
    refuse(
      'lib-door-is-the-index',
      'A lib is entered through its src/index.ts.',
      { path: '^(?:apps|migrations)/' },
      { path: '^libs/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    ),
    refuse(
      'lib-door-is-the-index-for-libs',
      'A lib is entered through its src/index.ts.',
      { path: '^libs/([^/]+)/' },
      { path: '^libs/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
    ),
    refuse(
      'libs-know-no-app',
      'An arrow only goes down.',
      { path: '^(libs|migrations)/' },
      { path: '^apps/' },
    ),
    refuse(
      'migrations-are-run-by-migrate',
      'Only the process that migrates, the lab and tests open the migrations.',
      { path: '^(apps|libs)/', pathNot: [...TESTS, '^apps/[^/]+/src/migrate\\.ts$'] },
      { path: '^migrations/' },
    ),
    refuse(
      'migrations-know-little',
      'A migration outlives the code: helpers of libs/database and words of libs/contracts only.',
      { path: '^migrations/', pathNot: SPEC },
      { path: '^(libs|apps)/', pathNot: '^libs/(database|contracts)/src/index\\.ts$' },
    ),
    refuse(
      'each-service-its-own-migrations',
      'No service knows the other one’s tables.',
      { path: '^apps/core-api/' },
      { path: '^migrations/(telemetry|clickhouse)/' },
    ),
    refuse(
      'each-service-its-own-migrations-too',
      'No service knows the other one’s tables.',
      { path: '^apps/telemetry-api/' },
      { path: '^migrations/core/' },
    ),

    refuse('specs-are-leaves', 'Nothing imports a spec.', {}, { path: SPEC }),
    refuse(
      'production-knows-no-test-floor',
      'Only the lab, specs and apps/*/test use the test floor.',
      { path: CODE, pathNot: TESTS },
      { path: TEST_FLOOR },
    ),
    refuse(
      'test-floor-is-entered-by-testing',
      'The stores and the vendor emulators do not know each other.',
      { path: '^libs/(embedded|vendor-lab)/', pathNot: SPEC },
      { path: TEST_FLOOR, pathNot: '^libs/$1/' },
    ),
    refuse(
      'production-needs-only-dependencies',
      'What production imports is a dependency of package.json, not a development one.',
      { path: CODE, pathNot: TESTS },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    ),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    preserveSymlinks: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^(dist|coverage|tmp|\\.lab|\\.nx)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.node'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'require', 'types', 'default'],
      mainFields: ['main', 'types'],
    },
  },
};
