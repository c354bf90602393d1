/**
 * Pictures of the widget in its states, for looking at: `npx tsx scripts/screenshots.ts <folder> [name…]`. Builds the
 * element with a scripted transport, opens it in Chromium on a plain page, and writes one PNG per state and look
 * (`demo-shots.ts`). A name may stand for several: `'error*'` is each that begins so.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { bundleDemo, openDemo } from './demo-page.ts';
import { SHOTS } from './demo-shots.ts';
import { chromiumLaunch } from './find-browser.ts';
import { readArguments, refuse } from './read-arguments.ts';

const USAGE = `npx tsx scripts/screenshots.ts <folder> [state…]
  state   a name, or the beginning of several with a * (default all), of
          ${SHOTS.map(({ name }) => name).join(', ')}`;

const [folder, ...only] = readArguments(USAGE, { allowPositionals: true }).positionals;
if (!folder) refuse('Name the folder for the pictures.', USAGE);
mkdirSync(folder, { recursive: true });

const asked = (name: string) =>
  only.length === 0 || only.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one));
const shots = SHOTS.filter(({ name }) => asked(name));
if (shots.length === 0) refuse(`There is no state ${only.join(' ')}.`, USAGE);

const code = await bundleDemo();
const browser = await chromium.launch(chromiumLaunch());
try {
  for (const shot of shots) {
    const page = await openDemo(browser, code, shot);
    await shot.act?.(page);
    await page.screenshot({ path: join(folder, `${shot.name}.png`) });
    await page.context().close();
  }
} finally {
  await browser.close();
}
console.log(`${shots.length} pictures in ${folder}`);
