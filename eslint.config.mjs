import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/* Where a rule holds. Later blocks replace the options a rule was given earlier, so lists are put together here. */
const SPECS = ['**/*.spec.ts', '{apps,libs}/*/test/**/*.ts'];
const TEST_FLOOR = ['libs/{embedded,vendor-lab,testing}/**/*.ts'];
const LAB = ['apps/lab/**/*.ts'];
const SERVICES = ['apps/{core-api,telemetry-api,verify}/src/**/*.ts'];

/* Run by hand, for people to read. */
const PROCESSES = ['apps/*/src/{migrate,openapi}.ts'];

/* Floors: an arrow may only go down. No '*' constraint, so a project without a floor may import nothing. */
const below = (floor) => Array.from({ length: floor }, (_, index) => `floor:${index}`);
const FRAMEWORK = ['@nestjs/common', '@nestjs/core', '@nestjs/platform-express', '@nestjs/bullmq'];
const STORES = ['typeorm', 'pg', 'bullmq', 'ioredis', '@clickhouse/client'];

function floors({ testFloor = false, migrations = false, examples = false }) {
  const extra = [...(testFloor ? ['floor:test'] : []), ...(migrations ? ['floor:migrations'] : [])];
  const only = (sourceTag, tags, more = {}) => ({ sourceTag, onlyDependOnLibsWithTags: tags, ...more });
  return [
    'error',
    {
      // Neither migrations nor specs have an alias: the few files that may use them reach them by path.
      allow: [
        ...(migrations ? ['^(\\.\\./)+migrations/(core|telemetry)(/tables)?$'] : []),
        ...(examples ? ['^(\\.\\./)+core-api/test/'] : []),
      ],
      // A spec may use the test floor, whose libs use what the spec is about. Files in a circle: dependency-cruiser.
      ignoredCircularDependencies: [['tag:floor:test', 'tag:floor:*']],
      depConstraints: [
        only('floor:0', extra, { bannedExternalImports: [...FRAMEWORK, ...STORES] }),
        only('floor:1', [...below(1), ...extra], { bannedExternalImports: [...FRAMEWORK, ...STORES] }),
        ...[2, 3, 4, 5].map((floor) => only(`floor:${floor}`, [...below(floor), ...extra])),
        only('floor:test', [...below(5), 'floor:test', 'floor:migrations']),
        only('floor:lab', [...below(5), 'floor:test', 'floor:migrations']),
        only('floor:migrations', ['floor:0', 'floor:3', ...extra]),
      ],
    },
  ];
}

/* Imports nobody may write. */
const HTTP_EXCEPTIONS = [
  ...['HttpException', 'BadRequestException', 'UnauthorizedException', 'ForbiddenException'],
  ...['NotFoundException', 'ConflictException', 'GoneException', 'UnprocessableEntityException'],
  ...['InternalServerErrorException', 'ServiceUnavailableException', 'PayloadTooLargeException'],
  ...['NotAcceptableException', 'RequestTimeoutException', 'MethodNotAllowedException', 'ImATeapotException'],
  ...['UnsupportedMediaTypeException', 'NotImplementedException', 'BadGatewayException'],
  ...['GatewayTimeoutException', 'PreconditionFailedException', 'MisdirectedException'],
  'HttpVersionNotSupportedException',
];
const bannedImport = (name, importNames, message) => ({ name, importNames, message });
const EVERYWHERE = [
  bannedImport('@nestjs/common', ['forwardRef'], 'Break the circle with a third thing below both.'),
  bannedImport(
    '@nestjs/core',
    ['REQUEST', 'INQUIRER', 'ContextIdFactory'],
    'No request scope: use libs/context.',
  ),
  bannedImport(
    'typeorm',
    ['OneToMany', 'ManyToOne', 'OneToOne', 'ManyToMany'],
    'Neighbours by id, no relations.',
  ),
  bannedImport('process', ['env'], 'Only libs/config reads the environment.'),
  bannedImport('node:process', ['env'], 'Only libs/config reads the environment.'),
];
const NO_GLOBALS = bannedImport('@nestjs/common', ['Global'], 'Import the module where it is needed.');
const NO_HTTP = bannedImport(
  '@nestjs/common',
  HTTP_EXCEPTIONS,
  'Throw a DomainError; libs/http translates it.',
);
const DTO_ONLY_IN_CONTRACTS = [
  { group: ['class-validator'], importNamePattern: '^(Is|Min|Max|Matches|Length|Array|Validate[A-Z])' },
  { group: ['@nestjs/swagger'], importNamePattern: '^(ApiProperty|PartialType|PickType|OmitType)' },
].map((pattern) => ({ ...pattern, message: 'DTO classes live in libs/contracts.' }));

/* Code nobody may write. */
const syntax = (selector, message) => ({ selector, message });
const ENVIRONMENT = [
  syntax(
    "MemberExpression[object.name='process'][property.name='env']",
    'Only libs/config reads the environment.',
  ),
  syntax(
    "MemberExpression[object.name='process'][property.value='env']",
    'Only libs/config reads the environment.',
  ),
  syntax(
    "VariableDeclarator[init.name='process'] Property[key.name='env']",
    'Only libs/config reads the environment.',
  ),
];
const PLAIN = [
  // dependency-cruiser does not see these.
  syntax('TSImportType', 'Import types at the top of the file.'),
  syntax(
    "MemberExpression[object.name='Scope'][property.name='REQUEST']",
    'No request scope: use libs/context.',
  ),
  syntax(
    "MemberExpression[property.name='enterWith']",
    'A context is opened with run(), never with enterWith().',
  ),
  syntax(
    'Property[key.name=/^(eager|cascade|synchronize)$/][value.value!=false]',
    'No TypeORM magic: write the SQL.',
  ),
  syntax(
    "CallExpression[callee.property.name='save'][callee.object.property.name=/(manager|repo|repository|entities)$/i]",
    'save() selects and upserts a graph: write the SQL.',
  ),
  syntax(
    'TemplateElement[value.raw=/set_config\\([^)]*,\\s*false\\s*\\)/i]',
    'Settings end with the transaction.',
  ),
  syntax('Literal[value=/set_config\\([^)]*,\\s*false\\s*\\)/i]', 'Settings end with the transaction.'),
];
const SQL =
  '/^\\s*(select\\s[^]*\\sfrom|insert\\s+into|update\\s+\\w+\\s+set|delete\\s+from|with\\s+\\w+\\s+as\\s*\\()\\s/i';
const SQL_IN_REPOSITORIES = [
  syntax(`TemplateElement[value.raw=${SQL}]`, 'SQL is written in *.repository.ts only.'),
  syntax(`Literal[value=${SQL}]`, 'SQL is written in *.repository.ts only.'),
];
const TESTS = [
  syntax(
    'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo|failing)$/]',
    'Every test runs.',
  ),
  syntax('CallExpression[callee.name=/^(fit|fdescribe|xit|xtest|xdescribe)$/]', 'Every test runs.'),
  syntax(
    "CallExpression[callee.object.name='jest'][callee.property.name=/^(mock|doMock|unstable_mockModule)$/]",
    'Tests use the real thing.',
  ),
];

const boundaries = (files, options) => ({
  files,
  rules: { '@nx/enforce-module-boundaries': floors(options) },
});
const imports = (files, paths, patterns = []) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { paths, patterns }] },
});
const code = (files, list, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-syntax': ['error', ...list] },
});

export default tseslint.config(
  { ignores: ['**/node_modules/', 'dist/', '.lab/', '.nx/', 'coverage/', 'tmp/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,mjs,cjs}'],
    rules: {
      complexity: ['error', 10],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 6],
      'no-console': 'error',
      'no-control-regex': 'error',
      'no-fallthrough': 'error',
      'no-unsafe-finally': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-require-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },

  boundaries(['**/*.ts'], {}),
  boundaries(['apps/{core-api,telemetry-api}/src/migrate.ts'], { migrations: true }),
  boundaries([...TEST_FLOOR, ...LAB, ...SPECS], { testFloor: true, migrations: true }),
  boundaries(['apps/lab/test/redaction/ready.ts'], { testFloor: true, migrations: true, examples: true }),

  imports(['**/*.ts'], [...EVERYWHERE, NO_GLOBALS, NO_HTTP], DTO_ONLY_IN_CONTRACTS),
  imports(['libs/contracts/**/*.ts'], [...EVERYWHERE, NO_GLOBALS, NO_HTTP]),
  imports(['libs/http/**/*.ts'], [...EVERYWHERE, NO_GLOBALS], DTO_ONLY_IN_CONTRACTS),
  imports(SPECS, EVERYWHERE),

  code(['**/*.ts'], [...PLAIN, ...ENVIRONMENT]),
  code(
    SERVICES,
    [...PLAIN, ...ENVIRONMENT, ...SQL_IN_REPOSITORIES],
    ['**/*.repository.ts', '**/clickhouse*.ts'],
  ),
  code(['libs/config/src/load.ts', ...TEST_FLOOR, ...LAB], PLAIN),
  code(SPECS, [...PLAIN, ...ENVIRONMENT, ...TESTS]),
  code(['apps/{lab,verify}/test/**/*.ts'], [...PLAIN, ...TESTS], ['apps/lab/test/canaries/**']),
  { files: ['apps/lab/test/canaries/**/*.ts'], rules: { 'no-restricted-syntax': 'off' } },

  { files: [...LAB, ...TEST_FLOOR, ...PROCESSES], rules: { 'no-console': 'off' } },
  {
    files: SPECS,
    rules: {
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: [...SPECS, 'migrations/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }] },
  },
);
