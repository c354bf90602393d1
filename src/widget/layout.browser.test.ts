import { afterEach, expect, test, vi } from 'vitest';
import { mount, unmountAll } from './testing/mount.ts';
import { delta, end } from './testing/scripts.ts';
import { createScriptedTransport } from './transport/scripted-transport.ts';

afterEach(unmountAll);

/** What makes a browser lay out before it answers (the list in Chromium is of these properties and methods). */
const READS: readonly (readonly [prototype: object, names: readonly string[]])[] = [
  [
    Element.prototype,
    ['scrollTop', 'scrollLeft', 'scrollHeight', 'scrollWidth', 'clientHeight', 'clientWidth', 'clientTop'],
  ],
  [Element.prototype, ['getBoundingClientRect', 'getClientRects', 'scrollIntoView', 'scrollTo', 'checkVisibility']],
  [HTMLElement.prototype, ['offsetTop', 'offsetLeft', 'offsetHeight', 'offsetWidth', 'offsetParent', 'innerText']],
  [Range.prototype, ['getBoundingClientRect', 'getClientRects']],
  [window, ['getComputedStyle', 'innerHeight', 'innerWidth', 'scrollY', 'scrollX']],
];

/** Counts the reads (and writes of the scroll position) until it is ended. */
function watchReads(): { readonly seen: string[]; end(): void } {
  const seen: string[] = [];
  const undo: (() => void)[] = [];
  for (const [owner, names] of READS) {
    for (const name of names) {
      const own = Object.getOwnPropertyDescriptor(owner, name);
      if (!own) throw new Error(`${name} is not where the test looks for it.`);
      const told: PropertyDescriptor = { ...own };
      for (const way of ['value', 'get', 'set'] as const) {
        const work = own[way] as ((...values: unknown[]) => unknown) | undefined;
        if (work)
          told[way] = function (this: unknown, ...values: unknown[]) {
            seen.push(name);
            return work.apply(this, values);
          };
      }
      Object.defineProperty(owner, name, told);
      undo.push(() => Object.defineProperty(owner, name, own));
    }
  }
  return { seen, end: () => undo.map((back) => back()) };
}

const frame = () => new Promise(requestAnimationFrame);
const TEXT = 'One **bold** word, `code`, a [link](https://a.example) and\n\n- a list\n- of two\n\n';
/** Deltas, each in a frame of its own. */
function paced(count: number) {
  let before: Promise<unknown> = Promise.resolve();
  const steps = Array.from({ length: count }, (_, index) => {
    before = before.then(frame);
    const at = (index * 7) % 60;
    return [before, delta(TEXT.slice(at, at + 12))];
  });
  return createScriptedTransport({ answer: () => [...steps.flat(), end] });
}

test('a delta neither measures nor scrolls: the browser lays out once a frame, by itself', async () => {
  const { chat, find, ask, next } = mount({}, paced(150));
  chat.open();
  const ended = next('response-end');
  ask('Go on?');
  // The first words put things in their place.
  await vi.waitFor(() => expect(find('.text').textContent.length).toBeGreaterThan(200));
  const reads = watchReads();
  const before = find('.text').textContent.length;
  for (let count = 0; count < 40; count++) await frame();
  reads.end();
  expect(find('.text').textContent.length).toBeGreaterThan(before + 100);
  expect(reads.seen).toEqual([]);
  chat.close();
  await ended;
});

test('a reader at the end stays there, without a script that scrolls', async () => {
  const { chat, find, ask, next, drawn } = mount({}, paced(100));
  chat.open();
  const ended = next('response-end');
  ask('Go on?');
  await ended;
  await drawn();
  const scroller = find('.scroller');
  expect(scroller.scrollHeight).toBeGreaterThan(scroller.clientHeight);
  expect(scroller.scrollTop).toBe(0);
});

test('the count sees a chat that scrolls for itself', async () => {
  const { chat, find } = mount();
  chat.open();
  await vi.waitFor(() => find('.scroller'));
  const reads = watchReads();
  find('.scroller').scrollTop = find('.scroller').scrollHeight;
  getComputedStyle(chat);
  reads.end();
  expect(reads.seen).toEqual(['scrollHeight', 'scrollTop', 'getComputedStyle']);
});

test('questions and answers stay where they are when an answer begins and when it ends', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const transport = createScriptedTransport({
    answer: (question) =>
      question === 'One?' ? [delta('First.'), end] : [delta('Second, '), held, delta('whole.'), end],
  });
  const { chat, find, all, ask, next, drawn } = mount({}, transport);
  chat.open();
  // Of the layout, whatever the opening panel's motion does to what is seen.
  const tops = () => all('.bubble, .text').map((element) => element.offsetTop);
  let ended = next('response-end');
  ask('One?');
  await ended;
  await drawn();
  await vi.waitFor(() => find('.user .actions'));
  const first = tops();
  ended = next('response-end');
  ask('Two?');
  await vi.waitFor(() => expect(all('.text').at(-1)!.textContent).toContain('Second'));
  await drawn();
  const during = tops();
  expect(during).toHaveLength(4);
  expect(during.slice(0, 2)).toEqual(first);
  expect(all('.user .actions')).toEqual([]);
  release();
  await ended;
  await vi.waitFor(() => expect(all('.user .actions')).toHaveLength(2));
  await drawn();
  expect(tops()).toEqual(during);
});
