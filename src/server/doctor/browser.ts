import { existsSync } from 'node:fs';
import type { Browser } from 'playwright';
import { StartError } from '../start-error.ts';

/** System paths Chromium and Chrome are installed at, by platform habit. */
export const SYSTEM_BROWSERS: readonly string[] = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** What drives it. The server does without, so it is no dependency of the server's: whoever wants a doctor installs it. */
const DRIVER = 'playwright-core';

/**
 * A Chromium that is here already: `ASSISTERS_BROWSER`, else one at a usual place, else the driver's own.
 *
 * @throws StartError with what to install, where the driver or the browser is missing
 */
export async function openBrowser(env: Readonly<Record<string, string | undefined>>): Promise<Browser> {
  const driver = await import(DRIVER).then(
    (module: typeof import('playwright')) => module,
    () => null,
  );
  if (!driver) throw new StartError(`A browser is driven by ${DRIVER}, which is not installed: npm install ${DRIVER}`);
  const { chromium } = driver;
  const wanted = env.ASSISTERS_BROWSER;
  const path = wanted || [...SYSTEM_BROWSERS, chromium.executablePath()].find((one) => existsSync(one));
  if (!path || !existsSync(path)) {
    throw new StartError(
      wanted
        ? `ASSISTERS_BROWSER names ${wanted}, which does not exist.`
        : `No Chromium or Chrome was found. Install one (npx ${DRIVER} install chromium), or name it in ASSISTERS_BROWSER.`,
    );
  }
  // Chromium refuses its sandbox to root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: path, args });
}
