import { MARKDOWN_CSS } from '../src/widget/markdown/markdown.styles.ts';
import { createMarkdownView, type MarkdownView } from '../src/widget/markdown/markdown-view.ts';
import { markdownSample, type Shape } from '../test/markdown-samples.ts';

/** How an answer is shown: our renderer, or the floor, the text alone in one growing node. */
export type Way = 'ours' | 'text';

function view(way: Way, target: HTMLElement): Pick<MarkdownView, 'update' | 'dispose'> {
  if (way === 'ours') return createMarkdownView(target, { citation: (number) => `Source ${number}` });
  const node = document.createTextNode('');
  target.append(node);
  target.style.whiteSpace = 'pre-wrap';
  let shown = 0;
  return {
    update(markdown) {
      node.appendData(markdown.slice(shown));
      shown = markdown.length;
    },
    dispose: () => target.replaceChildren(),
  };
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** A task per delta, as the network gives them. */
function task(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
}

/**
 * Streams a sample in 12-character deltas. `frames`: one update a frame, deltas arriving as fast as tasks run. `deltas`: an
 * update and a frame for every delta, the most a renderer can be asked for.
 */
async function run(way: Way, shape: Shape, length: number, pace: 'frames' | 'deltas'): Promise<number> {
  const markdown = markdownSample(shape, length);
  const log = document.createElement('div');
  log.className = 'log';
  const target = document.createElement('div');
  target.className = 'markdown';
  log.append(target);
  document.body.replaceChildren(log);
  const shown = view(way, target);
  let text = '';
  let dirty = false;
  let ended = false;
  const paint = () => {
    if (dirty) shown.update(text, false);
    dirty = false;
    if (!ended && pace === 'frames') requestAnimationFrame(paint);
  };
  if (pace === 'frames') requestAnimationFrame(paint);
  for (let end = 12; text.length < markdown.length; end += 12) {
    text += markdown.slice(end - 12, end);
    dirty = true;
    if (pace === 'deltas') {
      paint();
      await frame();
    } else await task();
  }
  ended = true;
  shown.update(markdown, true);
  await frame();
  await frame();
  return target.querySelectorAll('*').length;
}

const sheet = new CSSStyleSheet();
sheet.replaceSync(
  `${MARKDOWN_CSS} .log { display: flex; flex-direction: column-reverse; height: 600px; width: 400px; overflow: auto }`,
);
document.adoptedStyleSheets = [sheet];
Object.assign(window, { run });
