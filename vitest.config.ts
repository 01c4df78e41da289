import { defineConfig } from 'vitest/config';

export default defineConfig({
  // What the tests of modules import, here as anywhere (cli/author/resolve-test.ts).
  resolve: { alias: { 'eft/test': new URL('./cli/author/test-node.ts', import.meta.url).pathname } },
  test: {
    include: ['{supervisor,wit,modules,cli,image,firmware,bench,tests}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'cli/author/template/**'],
    globalSetup: ['tests/build-native.setup.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
