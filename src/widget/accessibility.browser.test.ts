import axe from 'axe-core';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cdp, page, userEvent } from 'vitest/browser';
import arabic from './i18n/ar.ts';
import { contrast, readRgb } from './styles/accent.ts';
import { english } from './testing/english.ts';
import { type Mounted, mount, unmountAll } from './testing/mount.ts';

beforeEach(() => page.viewport(1000, 800));
afterEach(() => {
  unmountAll();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Somebody known. */
const TOKEN = `h.${btoa('{"sub":"ann"}')}.s`;

/** The states a visitor meets, and how to come there. */
const STATES: Record<string, (mounted: Mounted) => Promise<void>> = {
  closed: async ({ drawn }) => drawn(),
  empty: async ({ chat, find }) => {
    chat.open();
    await vi.waitFor(() => find('.prompts'));
  },
  waiting: async ({ chat, find, ask }) => {
    chat.open();
    ask('hang');
    await vi.waitFor(() => find('.skeleton'));
  },
  streaming: async ({ chat, find, ask }) => {
    chat.open();
    ask('half');
    await vi.waitFor(() => find('.writing .citation'));
  },
  'answer with a source open': async ({ chat, find, ask }) => {
    chat.open();
    ask('How do I book?');
    await vi.waitFor(() => find('.chip').click());
    await vi.waitFor(() => find('.card'));
  },
  'card of a citation': async ({ chat, find, ask, all }) => {
    chat.open();
    ask('How do I book?');
    await vi.waitFor(() => expect(all('.citation').length).toBeGreaterThan(1));
    find('.message.assistant').focus();
    await userEvent.keyboard('{Tab}');
    await vi.waitFor(() => find('.peek'));
  },
  offline: async ({ chat, find, ask }) => {
    chat.open();
    ask('tunnel');
    await vi.waitFor(() => find('.offline'));
  },
  'questions wait for the connection': async ({ chat, find, all, ask }) => {
    chat.open();
    ask('Is the pier open? (no line)');
    await vi.waitFor(() => find('.offline'));
    ask('How do I book?');
    await vi.waitFor(() => expect(all('.queued')).toHaveLength(2));
  },
  'unread behind a closed panel': async ({ chat, find, ask, next, drawn }) => {
    chat.open();
    const ended = next('response-end');
    ask('How do I book?');
    chat.close();
    await ended;
    await drawn();
    expect(find('.launcher').textContent).toContain('1');
  },
  'the conversation has ended': async ({ chat, find, ask, next, drawn }) => {
    chat.open();
    const ended = next('response-end');
    ask('How do I book?');
    await ended;
    await drawn();
    find('[data-item=end]').click();
    await vi.waitFor(() => find('.notice'));
  },
  'the microphone is refused': async ({ chat, find }) => {
    class Deaf {
      onerror: ((event: object) => void) | null = null;
      onend: (() => void) | null = null;
      abort(): void {}
      start(): void {
        this.onerror!({ error: 'not-allowed' });
        this.onend!();
      }
    }
    vi.stubGlobal('SpeechRecognition', Deaf);
    chat.open();
    await vi.waitFor(() => find('.field .icon-button').click());
    await vi.waitFor(() => find('.told'));
  },
  'refused origin': async ({ chat, find, ask }) => {
    // Told in the console as well, which is not what is looked at here.
    vi.spyOn(console, 'error').mockImplementation(() => {});
    chat.open();
    ask('origin');
    await vi.waitFor(() => find('.error'));
  },
  'wide panel with an answer': async ({ chat, find, ask, next, drawn }) => {
    chat.open();
    const ended = next('response-end');
    ask('forecast');
    await ended;
    await drawn();
    find('[data-item=wide]').click();
    await vi.waitFor(() => find('.root.wide'));
  },
  'long answer': async ({ chat, find, ask }) => {
    chat.open();
    ask('forecast');
    await vi.waitFor(() => find('.table-scroll'));
  },
  'not found': async ({ chat, find, ask }) => {
    chat.open();
    ask('dog');
    await vi.waitFor(() => find('.not-found'));
  },
  error: async ({ chat, find, ask }) => {
    chat.open();
    ask('fail');
    await vi.waitFor(() => find('.error'));
  },
  'thread list': async ({ chat, find }) => {
    chat.userToken = TOKEN;
    chat.open();
    await vi.waitFor(() => find('[data-item=threads]').click());
    await vi.waitFor(() => find('.threads .icon-button').click());
    await vi.waitFor(() => find('.threads .asking'));
  },
  'the visitor’s data': async ({ chat, find }) => {
    chat.userToken = TOKEN;
    chat.open();
    await vi.waitFor(() => find('[data-item=data]').click());
    await vi.waitFor(() => find('.data .danger').click());
    await vi.waitFor(() => find('.data .asking'));
  },
  consent: async ({ chat, find }) => {
    chat.consent = 'required';
    chat.open();
    await vi.waitFor(() => find('.consent'));
  },
  'a tool of the page is asked for': async ({ chat, find, ask }) => {
    const tool = { name: 'reserve', description: 'Reserve a place', schema: {}, handler: () => null };
    chat.registerTool(tool);
    chat.open();
    ask('Reserve the weekend');
    await vi.waitFor(() => find('.tool'));
  },
  'why not helpful': async ({ chat, find, all, ask }) => {
    chat.open();
    ask('what next?');
    await vi.waitFor(() => find('.follow-ups'));
    all('.actions [aria-pressed]')[1]!.click();
    await vi.waitFor(() => find('.feedback'));
  },
  'a question is edited': async ({ chat, find, ask }) => {
    chat.open();
    ask('what next?');
    await vi.waitFor(() => find('.user .actions button').click());
    await vi.waitFor(() => find('.edit'));
  },
  menu: async ({ chat, find, drawn }) => {
    chat.sound = true;
    chat.open();
    await drawn();
    find('.menu > button').click();
    await vi.waitFor(() => expect(find('[role=menuitemcheckbox]').checkVisibility()).toBe(true));
  },
};

const settle = (chat: HTMLElement) =>
  Promise.all(
    chat
      .shadowRoot!.getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
      .map((animation) => animation.finished.catch(() => {})),
  );

/** What the browser is told of the visitor's system, and the theme that goes with it. */
const LOOKS = {
  light: { theme: 'light', forced: 'none' },
  dark: { theme: 'dark', forced: 'none' },
  'forced colours': { theme: 'dark', forced: 'active' },
} as const;
const total = { pages: 0, rules: 0, violations: 0 };

async function emulate(name: string, value: string): Promise<void> {
  const session = cdp() as unknown as { send(method: string, params: object): Promise<unknown> };
  await session.send('Emulation.setEmulatedMedia', { features: [{ name, value }] });
}

async function force(value: 'none' | 'active'): Promise<void> {
  await emulate('forced-colors', value);
  expect(matchMedia('(forced-colors: active)').matches).toBe(value === 'active');
}

/** What moves at this moment, or is about to. */
const moving = (root: ShadowRoot) =>
  root
    .getAnimations()
    .filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 0)
    .map((animation) => (animation as CSSAnimation).animationName ?? (animation as CSSTransition).transitionProperty);

describe('for visitors who want no motion', () => {
  test.each(Object.keys(STATES))('nothing moves: %s', async (state) => {
    await emulate('prefers-reduced-motion', 'reduce');
    expect(matchMedia('(prefers-reduced-motion: reduce)').matches).toBe(true);
    const mounted = mount({ movable: '' });
    const root = mounted.chat.shadowRoot!;
    const seen = new Set<string>();
    root.addEventListener('animationstart', (event) => {
      if (moving(root).length > 0) seen.add((event as AnimationEvent).animationName);
    });
    root.addEventListener('transitionrun', (event) => seen.add((event as TransitionEvent).propertyName));
    await STATES[state]!(mounted);
    await mounted.drawn();
    expect([...seen, ...moving(root)]).toEqual([]);
  });

  test('the check sees what moves for the others', async () => {
    await emulate('prefers-reduced-motion', 'no-preference');
    const mounted = mount();
    await STATES.waiting!(mounted);
    expect(moving(mounted.chat.shadowRoot!)).toEqual(expect.arrayContaining(['grow', 'breathe']));
  });
});

/** Texts that are too faint as the browser paints them. */
function faint(root: ShadowRoot): string[] {
  return [...root.querySelectorAll<HTMLElement>('*')].flatMap((element) => {
    const own = [...element.childNodes].some((node) => node instanceof Text && node.data.trim() !== '');
    if (!own || !element.checkVisibility({ visibilityProperty: true }) || element.closest('.live, :disabled'))
      return [];
    let ground: Element | null = element;
    while (ground && /, 0\)$/.test(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
    const [text, behind] = [
      getComputedStyle(element).color,
      ground ? getComputedStyle(ground).backgroundColor : 'white',
    ];
    const ratio = contrast(readRgb(text)!, readRgb(behind)!);
    return ratio < 4.5 ? [`${element.textContent}: ${text} on ${behind}`] : [];
  });
}

/** Words of ours, with anything in their places. */
const ENGLISH = Object.values(english)
  .flatMap((words): string[] => (typeof words === 'string' ? [words] : Object.values(words)))
  .map(
    (words) =>
      new RegExp(
        `^${words
          .split(/\{\w+\}/)
          .map(plain)
          .join('.+')}$`,
        'u',
      ),
  );
function plain(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** What the element says in English: texts, names, tooltips and placeholders. Not what the answer says, or is read out. */
function saidInEnglish(root: ShadowRoot): string[] {
  const said = [...root.querySelectorAll('*:not(.text :not(button), .live *)')].flatMap((element) => [
    ...['aria-label', 'title', 'placeholder'].map((name) => element.getAttribute(name) ?? ''),
    ...[...element.childNodes].map((node) => (node instanceof Text ? node.data.trim() : '')),
  ]);
  return said.filter((text) => text !== '' && ENGLISH.some((words) => words.test(text)));
}

test('the check of languages sees a word that is still English', async () => {
  const { chat, find } = mount();
  chat.strings = { ...arabic, stop: english.stop };
  chat.open();
  await vi.waitFor(() => find('.prompts'));
  expect(saidInEnglish(chat.shadowRoot!)).toEqual([]);
  chat.strings = { ...arabic, send: english.send };
  await vi.waitFor(() => expect(saidInEnglish(chat.shadowRoot!)).toContain(english.send));
});

test('the check of forced colours sees a text that is too faint', async () => {
  await force('active');
  const { chat, find } = mount();
  chat.open();
  await vi.waitFor(() => find('.hint'));
  expect(faint(chat.shadowRoot!)).toEqual([]);
  find('.hint').style.cssText = 'forced-color-adjust: none; color: #ddd';
  expect(faint(chat.shadowRoot!)).toHaveLength(1);
});

for (const [look, { theme, forced }] of Object.entries(LOOKS)) {
  for (const direction of ['ltr', 'rtl']) {
    describe(`${look}, ${direction}`, () => {
      test.each(Object.keys(STATES))('%s has no violations', async (state) => {
        await force(forced);
        document.documentElement.dir = direction;
        const mounted = mount({ theme, movable: '' });
        if (direction === 'rtl') mounted.chat.strings = arabic;
        await STATES[state]!(mounted);
        await mounted.drawn();
        await settle(mounted.chat);
        const isForced = forced === 'active';
        // axe reads `-webkit-text-fill-color`, which browsers leave as it was; what is painted is `color`.
        const rules = isForced ? { 'color-contrast': { enabled: false } } : {};
        const { violations, passes } = await axe.run(mounted.chat, { resultTypes: ['violations'], rules });
        if (isForced) expect(faint(mounted.chat.shadowRoot!)).toEqual([]);
        // A site may replace every word: in these states all are its own.
        if (direction === 'rtl') expect(saidInEnglish(mounted.chat.shadowRoot!)).toEqual([]);
        total.pages += 1;
        total.rules += passes.length;
        total.violations += violations.length;
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
        expect(found).toEqual([]);
      });
    });
  }
}

afterAll(async () => {
  await force('none');
  const { pages, rules, violations } = total;
  const made = `${Object.keys(STATES).length} states × ${Object.keys(LOOKS).length} looks × 2 directions`;
  console.info(`axe: ${made} = ${pages} pages, ${rules} rules held, ${violations} violated`);
});

test('the checker sees into the element', async () => {
  const { chat, find, drawn } = mount();
  chat.open();
  await drawn();
  find('.icon-button').removeAttribute('aria-label');
  find('.icon-button').removeAttribute('title');
  const { violations } = await axe.run(chat);
  expect(violations.map(({ id }) => id)).toContain('button-name');
});
