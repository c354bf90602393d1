import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from './scripts/find-browser.ts';

/**
 * The built files, the real server and a real browser. No retries: a test that passes the second time is a bug.
 * Every test starts its own server on a free port with its own data directory, so they run side by side.
 */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  // One set of pictures for every machine: see e2e/pictures.test.ts.
  snapshotPathTemplate: '{testDir}/pictures/{arg}{ext}',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  // Two busy cores: an assertion waits for what it awaits, it does not race it.
  expect: { timeout: 15_000 },
  reporter: [['list'], ...(process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['json'] as const] : [])],
  use: { browserName: 'chromium', headless: true, launchOptions: chromiumLaunch(), trace: 'off', screenshot: 'off' },
});
