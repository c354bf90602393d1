import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumLaunch } from './scripts/find-browser.ts';
import { corpus } from './test/corpora.ts';

/**
 * Two projects: `node` runs beside-the-source tests of the pure rooms and the server; `browser` runs `*.browser.test.ts`
 * in a real Chromium, because the element, the renderer and the sanitiser are only true in one.
 */
export default defineConfig({
  test: {
    reporters: ['default', './test/scenario-reporter.ts'],
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.browser.test.*', '**/*.pack.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        // Packs and installs what is published; needs a build.
        test: { name: 'packages', environment: 'node', include: ['scripts/**/*.pack.test.ts'], fileParallelism: false },
      },
      {
        test: {
          name: 'browser',
          include: ['src/**/*.browser.test.{ts,tsx}'],
          testTimeout: 30_000,
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
