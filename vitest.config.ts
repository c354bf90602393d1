import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumLaunch } from './scripts/find-browser.ts';
import { findPostgres, POSTGRES_ABSENT } from './scripts/find-postgres.ts';
import { corpus } from './test/corpora.ts';

const hasPostgres = findPostgres() !== null;
if (!hasPostgres) console.warn(POSTGRES_ABSENT);

/**
 * `node` runs beside-the-source tests of the pure rooms and the server; `browser` runs `*.browser.test.ts`
 * in a real Chromium, because the element, the renderer and the sanitiser are only true in one. `postgres` runs
 * the app's tests on PostgreSQL, and `packages` tests what is published.
 */
export default defineConfig({
  test: {
    reporters: ['default', './test/scenario-reporter.ts'],
    // The default leaves one core to the watcher, which on two is half of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    hookTimeout: 60_000,
    projects: [
      {
        test: {
          name: 'node',
          setupFiles: ['test/patience.ts'],
          environment: 'node',
          include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.browser.test.*', '**/*.pack.test.ts'],
          testTimeout: 60_000,
          globalSetup: ['test/postgres-setup.ts'],
        },
      },
      {
        // The app's own tests again, over the other engine.
        test: {
          name: 'postgres',
          setupFiles: ['test/patience.ts'],
          environment: 'node',
          include: hasPostgres
            ? ['src/server/{routes,turn,webhooks}/*.test.ts', 'src/server/{app,jobs/clock-jumps}.test.ts']
            : [],
          env: { ASSISTERS_TEST_STORE: 'postgres' },
          testTimeout: 60_000,
          globalSetup: ['test/postgres-setup.ts'],
        },
      },
      {
        // Packs and installs what is published; needs a build.
        test: {
          name: 'packages',
          environment: 'node',
          include: ['scripts/**/*.pack.test.ts', 'examples/*.pack.test.ts', 'test/runtimes/*.pack.test.ts'],
          globalSetup: ['scripts/pack-setup.ts'],
          testTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        // Short slices of the drills, against the built server.
        test: { name: 'drills', environment: 'node', include: ['drills/**/*.test.ts'], fileParallelism: false },
      },
      {
        test: {
          name: 'browser',
          setupFiles: ['test/patience.ts'],
          include: ['src/**/*.browser.test.{ts,tsx}'],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromiumLaunch() }),
            instances: [{ browser: 'chromium' }],
            // Tests in the page cannot read files: `commands.corpus('md-xss')` gives the cases of a corpus, or none.
            commands: { corpus: (_, name: string) => corpus<unknown>(name) },
          },
        },
      },
    ],
  },
});
