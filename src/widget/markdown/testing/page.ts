import { markdownSample } from '../../../../test/markdown-samples.ts';
import { createPurifier } from '../dompurify.ts';
import { createMarkdownView } from '../markdown-view.ts';
import { hasSanitiser, takeSanitiser } from '../sanitise.ts';
import { type HostileCase, runHostile } from './suite.ts';

/** Milliseconds of the longest update while `markdown` arrives in deltas of `step` units, and whether any threw. */
export function longest(
  markdown: string,
  step: number,
): { longestMs: number; totalMs: number; threw: string; elements: number } {
  const target = document.createElement('div');
  document.body.append(target);
  const view = createMarkdownView(target);
  let longestMs = 0;
  let totalMs = 0;
  let threw = '';
  const timed = (work: () => void) => {
    const started = performance.now();
    try {
      work();
    } catch (error) {
      threw ||= String(error);
    }
    const spent = performance.now() - started;
    totalMs += spent;
    longestMs = Math.max(longestMs, spent);
  };
  for (let end = step; end < markdown.length; end += step) timed(() => view.update(markdown.slice(0, end), false));
  timed(() => view.update(markdown, true));
  const elements = target.querySelectorAll('*').length;
  view.dispose();
  target.remove();
  return { longestMs, totalMs, threw, elements };
}

/** Renders into the page and gives the HTML, for checks under a Content-Security-Policy. */
function render(markdown: string): string {
  const target = document.createElement('div');
  document.body.append(target);
  createMarkdownView(target).update(markdown, true);
  return target.innerHTML;
}

/** The browser's own sanitiser stands in front where it has one; this takes DOMPurify in its place. Gives whether there was a choice. */
export function purify(): boolean {
  takeSanitiser(createPurifier);
  return isNative;
}
const isNative = hasSanitiser();
if (!isNative) purify();

/** What scripts outside the page call. */
export interface MarkdownPage {
  purify: typeof purify;
  runHostile(cases: readonly HostileCase[]): ReturnType<typeof runHostile>;
  longest: typeof longest;
  render: typeof render;
  sample: typeof markdownSample;
}
Object.assign(window, { page: { purify, runHostile, longest, render, sample: markdownSample } satisfies MarkdownPage });
