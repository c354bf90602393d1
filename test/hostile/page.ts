import { findings, poke, trapExecution } from '../../src/widget/markdown/testing/oracle.ts';
import { longest, purify } from '../../src/widget/markdown/testing/page.ts';
import { runHostile } from '../../src/widget/markdown/testing/suite.ts';
import { type DoorCase, textAt } from './doors.ts';
import { LONGEST_MS, type SlowText } from './slow-text.ts';

/** What came of a batch. Lists hold at most 200 lines each, none twice. */
export interface DoorsResult {
  cases: number;
  /** Nodes that were looked at and poked. */
  nodes: number;
  executed: string[];
  findings: string[];
  /** A step that never came: the case was not played to its end. */
  stuck: string[];
}

interface Chat extends HTMLElement {
  send(content: string): void;
  shutdown(): void;
  getState(): { readonly ready: boolean; readonly responding: boolean; readonly messages: readonly unknown[] };
}

const WAIT_MS = 20_000;
/** Cases played side by side. */
const AT_ONCE = 6;
/** Elements the panel itself is made of; what an answer may hold is the renderer's own list. */
const SHELL =
  /^(?:div|section|header|footer|article|form|textarea|button|h2|h3|p|ul|li|span|bdi|strong|small|blockquote|i|a|img|svg|path|slot)$/;
const SHELL_ADDRESS = { a: /^(?:https?:|mailto:)/, img: /^https:/ } as const;
const LOADING = /^(?:src|srcset|srcdoc|href|action|formaction|background|poster|data|ping|xlink:href|manifest)$/i;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

/** What in an open panel no text may bring there. */
function strange(root: ShadowRoot): string[] {
  const found: string[] = [];
  for (const element of root.querySelectorAll('*')) {
    const tag = element.localName;
    if (element.matches('.markdown')) found.push(...findings(element).map((line) => `answer ${line}`));
    if (element.parentElement?.closest('.markdown')) continue;
    if (!SHELL.test(tag)) found.push(`<${tag}>`);
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) found.push(`<${tag} ${name}>`);
      // The control takes `test` away.
      if (LOADING.exec(name) && !SHELL_ADDRESS[tag as 'a']?.exec(value)) found.push(`<${tag} ${name}="${value}">`);
    }
  }
  return found;
}

let isGuarded = true;

/** Plays each case through every door of an element of its own, and does to every node what a visitor could. */
export async function runDoors(cases: readonly DoorCase[], from: number): Promise<DoorsResult> {
  const result: DoorsResult = { cases: cases.length, nodes: 0, executed: [], findings: [], stuck: [] };
  const note = (list: string[], line: string) => list.length < 200 && !list.includes(line) && list.push(line);
  // What the cases before these have stored under the same numbers.
  localStorage.clear();
  sessionStorage.clear();
  const trap = trapExecution(['fetch']);

  async function until(what: string, holds: () => boolean): Promise<void> {
    for (const deadline = Date.now() + WAIT_MS; !holds(); await pause(10))
      if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
  }

  function look(id: string, chat: Chat, poking = true): void {
    const root = chat.shadowRoot!;
    for (const line of strange(root)) note(result.findings, `${id}: ${line}`);
    result.nodes += root.querySelectorAll('*').length;
    if (poking) for (const child of [...root.children]) poke(child);
  }

  function mount(number: number, given: DoorCase, more = ''): Chat {
    const chat = document.createElement('assisters-chat') as Chat;
    chat.id = `case-${number}`;
    chat.setAttribute('publishable-key', `pk_test_hostile${number}`);
    chat.setAttribute('api-url', `${location.origin}/api/${number}${more}/v1`);
    chat.setAttribute('launcher-label', textAt(given, 'launcherLabel'));
    chat.setAttribute('locale', 'en');
    chat.setAttribute('open', '');
    document.body.append(chat);
    return chat;
  }

  async function turn(chat: Chat, given: DoorCase): Promise<void> {
    await until('the turn before', () => !chat.getState().responding);
    let ended = false;
    chat.addEventListener('assisters:response-end', () => (ended = true), { once: true });
    // A text the composer would not send (empty, too long) is asked about in other words.
    const question = textAt(given, 'question').trim().slice(0, 4_000) || 'What?';
    chat.send(question);
    await until('the end of an answer', () => ended);
    await frames();
  }

  async function play(number: number, given: DoorCase): Promise<void> {
    const { id } = given;
    let chat = mount(number, given);
    await until('the config', () => chat.getState().ready);
    await frames();
    look(id, chat, false);
    await turn(chat, given);
    const root = chat.shadowRoot!;
    await until('the sources', () => root.querySelector('[part~=source]') !== null);
    // The oracle below sees nothing wrong in a page that got other words than these.
    const title = textAt(given, 'sourceTitle').replace(/\s+/g, ' ').trim();
    const shown = (root.querySelector('[part~=source]')?.textContent ?? '').replace(/\s+/g, ' ');
    if (isGuarded && !shown.includes(title)) throw new Error('its words did not arrive');
    for (const chip of root.querySelectorAll<HTMLElement>('[part~=source]')) {
      chip.click();
      await frames();
      const card = chip.closest('[role=group]')?.querySelector('.card');
      if (!card) throw new Error('the card of a source did not open');
      look(id, chat, false);
      poke(card);
    }
    for (let more = 0; more < 3; more += 1) await turn(chat, given);
    look(id, chat, false);
    chat.remove();

    // The same conversation as a reload shows it; then, after the pokes have reset it, the empty one.
    chat = mount(number, given);
    await until('the history', () => chat.getState().ready && chat.getState().messages.length >= 4);
    await frames();
    look(id, chat);
    await frames();
    chat.shutdown();
    chat.remove();
    chat = mount(number, given);
    await until('the greeting', () => chat.getState().ready);
    await frames();
    look(id, chat);
    chat.shutdown();
    chat.remove();

    chat = mount(number, given, '/broken');
    await until('the refusal', () => chat.shadowRoot!.querySelector('.error') !== null);
    look(id, chat);
    chat.shutdown();
    chat.remove();
  }

  try {
    // A few at a time: each waits for its server, and each open panel makes every frame longer.
    const left = [...cases.entries()];
    const player = async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        const [index, given] = next;
        await play(from + index, given).catch((error: unknown) => {
          note(result.stuck, `${given.id}: ${error instanceof Error ? error.message : error}`);
          document.getElementById(`case-${from + index}`)?.remove();
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, player));
    // What was started runs a little later.
    await frames();
  } finally {
    trap.stop();
  }
  for (const ran of trap.ran) note(result.executed, ran);
  return result;
}

/** An element whose text is written as HTML and whose addresses are believed: what the doors are without their guards. */
function takeGuardsAway(): void {
  const asHtml = (text: string) => {
    const box = document.createElement('span');
    box.innerHTML = text;
    return box;
  };
  const write = document.createTextNode;
  document.createTextNode = (text) => (String(text).includes('<') ? asHtml(text) : write.call(document, text)) as Text;
  const data = Object.getOwnPropertyDescriptor(CharacterData.prototype, 'data')!;
  Object.defineProperty(CharacterData.prototype, 'data', {
    ...data,
    set(this: CharacterData, value: string) {
      data.set!.call(this, value);
      if (String(value).includes('<')) this.parentNode?.appendChild(asHtml(value));
    },
  });
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name, value) {
    setAttribute.call(this, name, value);
    if (/^(?:aria-label|placeholder)$/.test(name) && String(value).includes('<') && this.parentNode)
      this.after(asHtml(value));
  };
  Object.defineProperty(URL.prototype, 'protocol', { get: () => 'https:' });
  const { test } = RegExp.prototype;
  RegExp.prototype.test = function (text) {
    return /\^\(?https/.exec(this.source) !== null || test.call(this, text);
  };
}

/** The renderer without its sanitiser. */
function unsanitised(html: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = html;
  return document.importNode(template.content, true);
}

/** What scripts outside the page call: each takes the server's cases `from` to `to`, and writes its answer as JSON into the root's `data-probe` when it is there. */
export interface HostilePage {
  /** The built element, every door. Gives `DoorsResult`. */
  doors(from: number, to: number): void;
  /** The renderer alone, streamed and whole; `prefixes` as `runHostile` has it. Gives `SuiteResult`. */
  answers(from: number, to: number, prefixes?: number): void;
  /** Each text in deltas of 1 KiB, and whole. Gives `{slow}`: a `SlowText` for each. */
  longest(from: number, to: number): void;
  /** DOMPurify in place of the browser's own sanitiser, from here on. Gives whether there was one. */
  purify(): boolean;
  /** From here on the guards are off, to show that the oracles see it. */
  unguarded(): void;
}

/** A run that is too long is made again, twice at most: the machine is shared, the work is not. */
function leastOf(text: string, step: number): { longestMs: number; threw: string } {
  let least = longest(text, step);
  for (let again = 0; again < 2 && least.threw === '' && least.longestMs > LONGEST_MS; again += 1) {
    const next = longest(text, step);
    if (next.longestMs < least.longestMs || next.threw !== '') least = next;
  }
  return least;
}

async function casesOf(from: number, to: number): Promise<DoorCase[]> {
  return (await (await fetch(`/cases?from=${from}&to=${to}`)).json()) as DoorCase[];
}

function work(run: () => Promise<unknown>): void {
  // Where drivers read it from outside the page's world: `eval`, which they use inside, is among the traps.
  const tell = (value: unknown) =>
    document.documentElement.setAttribute('data-probe', value ? JSON.stringify(value) : '');
  tell(null);
  run().then(tell, (error: unknown) => tell({ broken: String(error) }));
}

const hostile: HostilePage = {
  doors: (from, to) =>
    work(async () => {
      await import(`${location.origin}/web/assisters-chat.js`);
      if (!isGuarded) takeGuardsAway();
      return runDoors(await casesOf(from, to), from);
    }),
  answers: (from, to, prefixes) =>
    work(async () => {
      const cases = (await casesOf(from, to)).map(({ id, text }) => ({ id, markdown: text }));
      return runHostile(cases, {
        ...(prefixes === undefined ? {} : { prefixes }),
        seed: from + 1,
        ...(isGuarded ? {} : { sanitise: unsanitised }),
      });
    }),
  longest: (from, to) =>
    work(async () => {
      const slow: SlowText[] = [];
      for (const { id, text } of await casesOf(from, to)) {
        // Lets the driver in.
        await pause(0);
        const runs = [leastOf(text, 1_024), leastOf(text, Math.max(1, text.length))];
        const longestMs = Math.max(...runs.map((run) => run.longestMs));
        slow.push({ id, length: text.length, longestMs, threw: runs.find((run) => run.threw)?.threw ?? '' });
      }
      return { slow };
    }),
  purify() {
    // The built element looks for it when it is loaded.
    Reflect.deleteProperty(Element.prototype, 'setHTML');
    return purify();
  },
  unguarded() {
    isGuarded = false;
  },
};
Object.assign(window, { hostile });
