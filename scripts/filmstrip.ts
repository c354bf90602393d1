/**
 * A filmstrip of an answer being written: `npx tsx scripts/filmstrip.ts <folder>`. Asks a question whose answer comes in
 * uneven bursts, takes the panel every 250 ms until the answer has ended (`frame-00250.png`, by ms since the question),
 * and lays the frames side by side in `filmstrip.png`. For looking at: whether text grows evenly, and nothing jumps.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright';
import { bundleDemo, openDemo } from './demo-page.ts';
import { open } from './demo-shots.ts';
import { chromiumLaunch } from './find-browser.ts';
import { readArguments, refuse } from './read-arguments.ts';

/** Between frames, ms. */
const EVERY = 250;
/** An answer that takes longer is cut off here. */
const FRAMES = 48;
const COLUMNS = 6;

const USAGE = 'npx tsx scripts/filmstrip.ts <folder>';

const [folder] = readArguments(USAGE, { allowPositionals: true }).positionals;
if (!folder) refuse('Name the folder for the frames.', USAGE);
mkdirSync(folder, { recursive: true });

interface Frame {
  /** Since the question was sent; a busy machine is late. */
  readonly ms: number;
  readonly png: Buffer;
}

const code = await bundleDemo();
const browser = await chromium.launch(chromiumLaunch());
try {
  const page = await openDemo(browser, code, { name: 'filmstrip', context: { viewport: { width: 520, height: 720 } } });
  await open(page);
  await page.getByRole('textbox').fill('How do I book? Tell me slowly');
  await page.keyboard.press('Enter');
  const start = performance.now();
  const frames: Frame[] = [];
  for (let ended = false; !ended && frames.length < FRAMES; ) {
    await sleep(Math.max(0, frames.length * EVERY - (performance.now() - start)));
    ended = await page.evaluate(() => 'ended' in window);
    const ms = Math.round(performance.now() - start);
    const png = await page.screenshot({ clip: { x: 90, y: 15, width: 420, height: 630 } });
    frames.push({ ms, png });
    writeFileSync(join(folder, `frame-${String(ms).padStart(5, '0')}.png`), png);
  }

  const cells = frames.map(
    ({ ms, png }) =>
      `<figure><img src="data:image/png;base64,${png.toString('base64')}"><figcaption>${ms} ms</figcaption></figure>`,
  );
  const sheet = await browser.newPage({ viewport: { width: COLUMNS * 220, height: 100 } });
  await sheet.setContent(`<style>
    body { margin: 0; display: grid; grid-template-columns: repeat(${COLUMNS}, 1fr); font: 13px sans-serif }
    figure { margin: 6px } img { width: 100%; display: block }
  </style>${cells.join('')}`);
  await sheet.screenshot({ path: join(folder, 'filmstrip.png'), fullPage: true });
  console.log(`${frames.length} frames in ${folder}`);
} finally {
  await browser.close();
}
