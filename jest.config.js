/** What all specs have in common. @type {import('jest').Config} */
const shared = {
  // Packages are read from their sources, so a spec never sees a stale build.
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};

/** @type {import('jest').Config} */
export default {
  maxWorkers: 2,
  workerIdleMemoryLimit: '1500MB', // modules of a spec that has ended are not all let go
  reporters: ['default', '<rootDir>/scripts/closing-line-reporter.cjs'],
  projects: [
    {
      ...shared,
      testEnvironment: 'node',
      testMatch: ['<rootDir>/{apps,libs,bench,test}/**/*.spec.ts'],
    },
    // The same end-to-end specs once more, on the production profile.
    {
      ...shared,
      displayName: 'production',
      testEnvironment: '<rootDir>/test/e2e/production-environment.mjs',
      testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'],
    },
  ],
};
