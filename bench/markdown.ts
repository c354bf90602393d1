/**
 * What streaming an answer costs the main thread: `npx tsx bench/markdown.ts [--deltas] [shape…]`.
 *
 * Figures are CDP `Performance.getMetrics` TaskDuration in thread time, in ms, median of three fresh pages, beside the floor (text alone) of
 * the same run. Samples are seeded (`test/markdown-samples.ts`), cut into 12-character deltas.
 */
import { chromium, type Page } from 'playwright';
import { rolldown } from 'rolldown';
import { chromiumLaunch } from '../scripts/find-browser.ts';
import { SHAPES, type Shape } from '../test/markdown-samples.ts';

const args = process.argv.slice(2);
const pace = args.includes('--deltas') ? 'deltas' : 'frames';
const wanted = args.filter((arg) => !arg.startsWith('--')) as Shape[];
const rounds = pace === 'deltas' ? 1 : 3;

const build = await rolldown({ input: new URL('markdown-page.ts', import.meta.url).pathname });
const { output } = await build.generate({ format: 'iife', minify: true });
const script = output[0].code;

const browser = await chromium.launch(chromiumLaunch());

async function once(way: 'ours' | 'text', shape: Shape, length: number): Promise<number> {
  const page: Page = await browser.newPage();
  await page.setContent('<!doctype html><body></body>');
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.addScriptTag({ content: script });
  // Once unmeasured, so that both ways start with compiled code.
  await page.evaluate(
    ([w]) => (window as never as { run: (...all: unknown[]) => Promise<number> }).run(w, 'mixed', 2_048, 'frames'),
    [way],
  );
  const task = async () =>
    (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')!.value * 1_000;
  const before = await task();
  await page.evaluate(
    (all) => (window as never as { run: (...all: unknown[]) => Promise<number> }).run(...all),
    [way, shape, length, pace],
  );
  const spent = (await task()) - before;
  await page.close();
  return spent;
}

async function median(way: 'ours' | 'text', shape: Shape, length: number): Promise<number> {
  const all: number[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await once(way, shape, length));
  return all.sort((a, b) => a - b)[Math.floor(rounds / 2)]!;
}

const rows: Record<string, unknown>[] = [];
const sizes = (shape: Shape) => (shape === 'mixed' ? [20, 100] : [100]);
for (const shape of wanted.length > 0 ? wanted : SHAPES) {
  for (const size of sizes(shape)) {
    const ours = await median('ours', shape, size * 1_024);
    const floor = await median('text', shape, size * 1_024);
    const row = {
      shape,
      KiB: size,
      ours: Math.round(ours),
      floor: Math.round(floor),
      ratio: (ours / floor).toFixed(2),
    };
    rows.push(row);
    console.log(Object.values(row).join('\t'));
  }
}
await browser.close();
console.table(rows);
