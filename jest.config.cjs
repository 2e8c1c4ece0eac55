/** One jest for the whole workspace: specs beside the code, real stores started once in globalSetup. */
module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,libs,migrations}/**/*.spec.ts'],
  transform: { '^.+\\.(t|m?j)s$': '@swc/jest' },
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs|canonicalize|jose|oidc-provider)/)'],
  moduleNameMapper: { '^@restartix/([^/]+)$': '<rootDir>/libs/$1/src/index.ts' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.lab/'],
  globalSetup: '<rootDir>/libs/testing/src/jest/global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/jest/global-teardown.ts',
  maxWorkers: 2,
  testTimeout: 120000,
};
