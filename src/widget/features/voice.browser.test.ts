import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mount, unmountAll } from '../testing/mount.ts';
import { says } from '../testing/scripts.ts';
import { createScriptedTransport } from '../transport/scripted-transport.ts';

/** The browser's recogniser sends what it hears to its maker: here somebody else speaks. */
class Recogniser {
  static last: Recogniser | null = null;
  static refuse = '';
  lang = '';
  onresult: ((event: object) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  onend: (() => void) | null = null;
  aborted = false;
  constructor() {
    Recogniser.last = this;
  }
  start(): void {
    if (!Recogniser.refuse) return;
    queueMicrotask(() => {
      this.onerror?.({ error: Recogniser.refuse });
      this.onend?.();
    });
  }
  abort(): void {
    this.aborted = true;
    this.onend?.();
  }
  hear(...parts: string[]): void {
    this.onresult?.({ results: parts.map((transcript) => [{ transcript }]) });
  }
}

const spoken: SpeechSynthesisUtterance[] = [];
const scope = window as unknown as Record<string, unknown>;
const NAMES = ['SpeechRecognition', 'webkitSpeechRecognition'];
const own = NAMES.map((name) => Object.getOwnPropertyDescriptor(window, name));

beforeEach(() => {
  Recogniser.refuse = '';
  spoken.length = 0;
  for (const name of NAMES)
    Object.defineProperty(window, name, { configurable: true, writable: true, value: Recogniser });
  vi.spyOn(speechSynthesis, 'speak').mockImplementation((utterance) => void spoken.push(utterance));
  vi.spyOn(speechSynthesis, 'cancel').mockImplementation(() => {
    for (const utterance of spoken) utterance.dispatchEvent(new Event('error'));
  });
});
afterEach(() => {
  unmountAll();
  vi.restoreAllMocks();
  for (const [index, name] of NAMES.entries()) {
    delete scope[name];
    const before = own[index];
    if (before) Object.defineProperty(window, name, before);
  }
});

const button = (all: (selector: string) => HTMLElement[], label: string) =>
  all('button').find(({ ariaLabel }) => ariaLabel === label) as HTMLButtonElement;
const talk = () =>
  createScriptedTransport({ answer: () => says('Pay the **deposit** [1]. Then come!\n\n- Bring a hat') });

describe('dictation', () => {
  async function listening() {
    const mounted = mount({ locale: 'en' }, talk());
    mounted.chat.open();
    await mounted.drawn();
    const input = mounted.find<HTMLTextAreaElement>('textarea');
    mounted.chat.setInput('Please tell me');
    await mounted.drawn();
    button(mounted.all, 'Dictate').click();
    await vi.waitFor(() => expect(button(mounted.all, 'Stop listening')?.ariaPressed).toBe('true'));
    return { ...mounted, input, ears: Recogniser.last! };
  }

  test('writes behind what stands there, in the language of the chat, and is read out', async () => {
    const { input, ears, find } = await listening();
    expect(ears.lang).toBe('en');
    expect(find('.live').textContent).toContain('Listening');
    ears.hear('how do');
    await vi.waitFor(() => expect(input.value).toBe('Please tell me how do'));
    ears.hear('how do I', ' book');
    await vi.waitFor(() => expect(input.value).toBe('Please tell me how do I book'));
  });

  test('ends with a second press, and with its own end', async () => {
    const { all, ears, drawn } = await listening();
    button(all, 'Stop listening').click();
    await vi.waitFor(() => expect(button(all, 'Dictate')).toBeTruthy());
    expect(ears.aborted).toBe(true);
    button(all, 'Dictate').click();
    await vi.waitFor(() => expect(button(all, 'Stop listening')).toBeTruthy());
    Recogniser.last!.onend!();
    await drawn();
    expect(button(all, 'Dictate').ariaPressed).toBe('false');
  });

  test('leaves what the visitor goes on with by hand', async () => {
    const { chat, input, ears, drawn } = await listening();
    ears.hear('how');
    await drawn();
    chat.setInput('Something else');
    ears.hear('how do I book');
    await drawn();
    expect(ears.aborted).toBe(true);
    expect(input.value).toBe('Something else');
  });

  test('closing the panel closes the microphone', async () => {
    const { chat, ears } = await listening();
    chat.close();
    expect(ears.aborted).toBe(true);
  });

  test.each([
    ['not-allowed', 'The microphone is not available.'],
    ['audio-capture', 'The microphone is not available.'],
    ['language-not-supported', 'The microphone is not available.'],
    ['network', 'No connection to the assistant. Check your network, then try again.'],
    ['no-speech', 'Nothing was heard.'],
  ])('refused with %s: shown above the input and read out, until the visitor goes on', async (refusal, words) => {
    Recogniser.refuse = refusal;
    const { chat, all, find, drawn } = mount({ locale: 'en' }, talk());
    chat.open();
    await drawn();
    button(all, 'Dictate').click();
    await vi.waitFor(() => expect(find('.composer .told').textContent).toBe(words));
    expect(find('.composer .told').checkVisibility()).toBe(true);
    expect(find('.live').textContent).toContain(words);
    expect(button(all, 'Dictate').ariaPressed).toBe('false');
    chat.setInput('By hand');
    await vi.waitFor(() => expect(all('.told')).toEqual([]));
    expect(all('button').some(({ ariaLabel }) => ariaLabel === 'Stop listening')).toBe(false);
  });

  test('a refusal is not told any more after another try, nor when the panel opens again', async () => {
    Recogniser.refuse = 'not-allowed';
    const { chat, all, find, drawn } = mount({ locale: 'en' }, talk());
    chat.open();
    await drawn();
    button(all, 'Dictate').click();
    await vi.waitFor(() => find('.told'));
    Recogniser.refuse = '';
    button(all, 'Dictate').click();
    await vi.waitFor(() => expect(all('.told')).toEqual([]));
    Recogniser.last!.onerror!({ error: 'not-allowed' });
    await vi.waitFor(() => find('.told'));
    chat.close();
    chat.open();
    await drawn();
    expect(all('.told')).toEqual([]);
  });

  test('silence after words, and an end by hand, are no failure', async () => {
    const { all, ears, drawn, input } = await listening();
    ears.hear('how do');
    await vi.waitFor(() => expect(input.value).toBe('Please tell me how do'));
    ears.onerror!({ error: 'no-speech' });
    ears.onerror!({ error: 'aborted' });
    await drawn();
    expect(all('.told')).toEqual([]);
    // The control.
    ears.onerror!({ error: 'network' });
    await vi.waitFor(() => expect(all('.told')).toHaveLength(1));
  });

  test('is not offered where the browser has none', async () => {
    for (const name of NAMES) delete scope[name];
    const { chat, all, drawn } = mount({ locale: 'en' }, talk());
    chat.open();
    await drawn();
    expect(button(all, 'Send')).toBeTruthy();
    expect(button(all, 'Dictate')).toBe(undefined);
  });
});

describe('reading aloud', () => {
  async function answered() {
    const mounted = mount({ locale: 'en' }, talk());
    mounted.chat.open();
    const ended = mounted.next('response-end');
    mounted.ask('How?');
    await ended;
    await vi.waitFor(() => expect(button(mounted.all, 'Read aloud')).toBeTruthy());
    return mounted;
  }

  test('speaks the words without their marks, a breath at a time, and then it is over', async () => {
    const { all } = await answered();
    button(all, 'Read aloud').click();
    await vi.waitFor(() => expect(button(all, 'Stop reading')?.ariaPressed).toBe('true'));
    expect(spoken.map(({ text }) => text.trim())).toEqual(['Pay the deposit .', 'Then come!', 'Bring a hat']);
    expect(spoken.every(({ lang }) => lang === 'en')).toBe(true);
    spoken.at(-1)!.dispatchEvent(new Event('end'));
    await vi.waitFor(() => expect(button(all, 'Read aloud')).toBeTruthy());
  });

  test('ends with a second press, and with the panel', async () => {
    const { all, chat } = await answered();
    button(all, 'Read aloud').click();
    await vi.waitFor(() => expect(button(all, 'Stop reading')).toBeTruthy());
    button(all, 'Stop reading').click();
    await vi.waitFor(() => expect(button(all, 'Read aloud')).toBeTruthy());
    expect(speechSynthesis.cancel).toHaveBeenCalledTimes(1);
    button(all, 'Read aloud').click();
    await vi.waitFor(() => expect(button(all, 'Stop reading')).toBeTruthy());
    chat.close();
    expect(speechSynthesis.cancel).toHaveBeenCalledTimes(2);
  });
});
