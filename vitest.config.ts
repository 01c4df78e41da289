import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{supervisor,wit,modules,cli,image,firmware,bench,tests}/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['tests/build-native.setup.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
