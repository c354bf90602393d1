import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { AssistersChat } from './assisters-chat.ts';
import { ANSWER, CONFIG, delta, demoTransport, end, found, hangs, says } from './testing/demo.ts';
import { stored } from './testing/messages.ts';
import { mount, unmountAll } from './testing/mount.ts';
import { createScriptedTransport } from './transport/scripted-transport.ts';
import { TransportError } from './transport/transport.ts';

beforeEach(() => page.viewport(1000, 800));
afterEach(unmountAll);

const focused = (chat: HTMLElement) => chat.shadowRoot!.activeElement;

describe('before the visitor opens it', () => {
  test('nothing is requested, stored or drawn but the launcher', async () => {
    const { transport, all, drawn } = mount();
    await drawn();
    expect(transport.calls).toEqual([]);
    expect([localStorage.length, sessionStorage.length]).toEqual([0, 0]);
    expect(
      all('.panel, .live, .launcher')
        .map((element) => element.className)
        .sort(),
    ).toEqual(['launcher', 'live']);
  });

  test('page styles cannot hide it', async () => {
    const style = document.createElement('style');
    style.textContent =
      'assisters-chat, :empty { display: none !important; transform: scale(0) !important } button { all: unset !important }';
    document.head.append(style);
    onTestFinished(() => style.remove());
    const { chat, find, drawn } = mount();
    await drawn();
    expect(getComputedStyle(chat).display).toBe('block');
    expect(getComputedStyle(chat).transform).toBe('none');
    expect(find('.launcher').getBoundingClientRect().width).toBe(56);
  });
});

describe('opening and closing', () => {
  test('moves the focus into the composer and back to the launcher', async () => {
    const { chat, find, drawn } = mount();
    await drawn();
    await userEvent.click(find('.launcher'));
    expect(focused(chat)).toBe(find('textarea'));
    expect(find('.launcher').getAttribute('aria-expanded')).toBe('true');
    await userEvent.keyboard('{Escape}');
    expect(chat.getState().open).toBe(false);
    expect(focused(chat)).toBe(find('.launcher'));
    await drawn();
    expect(find('.panel').hidden).toBe(true);
    expect(find('.launcher').getAttribute('aria-expanded')).toBe('false');
  });

  test('by attribute takes no focus', async () => {
    const before = document.createElement('input');
    document.body.append(before);
    before.focus();
    const { chat, drawn } = mount({ open: '' });
    await drawn();
    expect(chat.getState().open).toBe(true);
    expect(document.activeElement).toBe(before);
    before.remove();
  });

  test('works by method, property and attribute, and tells the page', async () => {
    const { chat, next, drawn } = mount();
    const opened = next('open');
    chat.open();
    await opened;
    const closed = next('close');
    chat.open = false;
    await closed;
    chat.setAttribute('open', '');
    await drawn();
    expect(chat.getState().open).toBe(true);
    chat.toggle();
    expect(chat.getState().open).toBe(false);
  });

  test('puts launcher and panel into the top layer', async () => {
    const { chat, find, drawn } = mount();
    chat.open();
    await drawn();
    expect(find('.launcher').matches(':popover-open')).toBe(true);
    expect(find('.panel').matches(':popover-open')).toBe(true);
  });

  test('inline there is no launcher, no top layer and no close button', async () => {
    const { find, all, drawn } = mount({ mode: 'inline' });
    await drawn();
    expect(find('.panel').matches(':popover-open')).toBe(false);
    expect(find('.panel').getBoundingClientRect().height).toBe(600);
    expect(all('.launcher, [aria-label="Close chat"]')).toEqual([]);
  });
});

describe('on a phone', () => {
  test('the panel takes the screen, hides the launcher, and gives the focus back to it', async () => {
    await page.viewport(390, 844);
    const { chat, find, drawn } = mount();
    await drawn();
    await userEvent.click(find('.launcher'));
    await drawn();
    expect([find('.panel').offsetWidth, find('.panel').offsetHeight]).toEqual([390, 844]);
    expect(find('.launcher').checkVisibility()).toBe(false);
    await userEvent.click(find('.header [aria-label="Close chat"]'));
    expect(focused(chat)).toBe(find('.launcher'));
    expect(find('.launcher').checkVisibility()).toBe(true);
  });
});

describe('an empty conversation', () => {
  test('greets and suggests; a suggestion is asked', async () => {
    const { chat, find, all, next, drawn } = mount();
    chat.open();
    await drawn();
    expect(find('.empty h3').textContent).toBe(CONFIG.widget.greeting);
    expect(all('.prompts button').length).toBe(4);
    const ended = next('response-end');
    all('.prompts button')[0]!.click();
    await ended;
    await drawn();
    expect(find('.bubble').textContent).toBe(CONFIG.widget.prompts![0]);
    expect(all('.empty')).toEqual([]);
  });

  test('shows what property, attribute and settings say, in that order, before the server', async () => {
    (window as { assistersSettings?: object }).assistersSettings = { greeting: 'settings', placeholder: 'settings' };
    const { chat, find, drawn } = mount({ greeting: 'attribute' });
    chat.open();
    await drawn();
    expect(find('.empty h3').textContent).toBe('attribute');
    expect(find<HTMLTextAreaElement>('textarea').placeholder).toBe('settings');
    chat.greeting = 'property';
    await drawn();
    expect(find('.empty h3').textContent).toBe('property');
    delete (window as { assistersSettings?: object }).assistersSettings;
  });
});

describe('an answer', () => {
  test('streams as markdown, then shows its sources and what can be done with it', async () => {
    let go!: () => void;
    const step = new Promise<void>((resolve) => {
      go = resolve;
    });
    const transport = createScriptedTransport({
      answer: () => [delta('Pay the **deposit** [1'), step, delta('].'), found(), end],
    });
    const { chat, find, all, ask, next, drawn } = mount({}, transport);
    chat.open();
    ask('How?');
    expect(find<HTMLTextAreaElement>('textarea').value).toBe('How?');
    await drawn();
    await drawn();
    expect(find<HTMLTextAreaElement>('textarea').value).toBe('');
    expect(find('.text strong').textContent).toBe('deposit');
    expect(find('.send').getAttribute('aria-label')).toBe('Stop');
    expect(find('.rows').ariaBusy).toBe('true');
    const ended = next('response-end');
    go();
    await ended;
    await drawn();
    expect(find('.text .citation').textContent).toBe('1');
    expect(all('.chip [dir=auto]').map((label) => label.textContent)).toEqual([
      'Booking a course',
      'Prices and dates 2026',
      'Terms: cancelling and moving a booking',
    ]);
    expect(all('.assistant .actions .icon-button').map((button) => button.ariaLabel)).toEqual([
      'Copy answer',
      'Helpful',
      'Not helpful',
      'Read aloud',
      'Try again',
    ]);
    expect(find('.send').getAttribute('aria-label')).toBe('Send');
  });

  test('a tapped citation opens its card and moves there; Esc goes back and keeps the panel', async () => {
    const { chat, find, all, ask, next, drawn } = mount();
    chat.open();
    const ended = next('response-end');
    ask('How do I book?');
    await ended;
    await drawn();
    all('.citation')[2]!.dispatchEvent(new PointerEvent('click', { bubbles: true, pointerType: 'touch' }));
    await drawn();
    expect(find('.card').textContent).toContain('Five-day course: €520.');
    expect(find('.card').textContent).toContain('Close match');
    expect(focused(chat)).toBe(find('.card'));
    await userEvent.keyboard('{Escape}');
    await drawn();
    expect(all('.card')).toEqual([]);
    expect(focused(chat)).toBe(all('.chip')[1]);
    expect(chat.getState().open).toBe(true);
  });

  test('Esc closes an open source card first, wherever the focus is, then the panel', async () => {
    const { chat, find, all, ask, next, drawn } = mount();
    chat.open();
    const ended = next('response-end');
    ask('Booking?');
    await ended;
    await drawn();
    all('[part=source]')[0]!.click();
    await drawn();
    find('textarea').focus();
    const pressEscape = () =>
      find('textarea').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
    expect(all('.card').length).toBe(1);
    pressEscape();
    await drawn();
    expect([all('.card').length, find('.panel').hidden]).toEqual([0, false]);
    pressEscape();
    await drawn();
    expect(find('.panel').hidden).toBe(true);
  });

  test('lets the page keep a source from opening', async () => {
    const { chat, find, all, ask, next, drawn } = mount();
    chat.open();
    const ended = next('response-end');
    ask('How do I book?');
    await ended;
    await drawn();
    all('.chip')[0]!.click();
    await drawn();
    let detail: unknown;
    chat.on('sourceClick', (event) => {
      detail = (event as CustomEvent).detail;
      event.preventDefault();
    });
    const click = new MouseEvent('click', { bubbles: true, cancelable: true });
    find('.card a').dispatchEvent(click);
    expect(click.defaultPrevented).toBe(true);
    expect(detail).toMatchObject({ source: { title: 'Booking a course' } });
  });

  test('is stopped on the server, and keeps what there was', async () => {
    let go!: () => void;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const answer = () => [delta('Half an answer'), gate, delta(' and more'), end];
    const { chat, transport, find, all, ask, next, drawn } = mount({}, createScriptedTransport({ answer }));
    chat.open();
    ask('Go on');
    await vi.waitFor(() => expect(find('.text').textContent.trim()).toBe('Half an answer'));
    const ended = next('response-end');
    find('.send').click();
    expect(transport.calls.at(-1)).toBe('stop:msg_1');
    go();
    expect((await ended).detail).toEqual({ status: 'stopped' });
    await drawn();
    expect(find('.text').textContent.trim()).toBe('Half an answer');
    expect(all('.message .fine').map((line) => line.textContent)).toEqual(['Stopped']);
  });

  test('that is not in the documents is said calmly, with what to do', async () => {
    const { chat, find, all, ask, next, drawn } = mount();
    chat.open();
    const ended = next('response-end');
    ask('May my dog come?');
    await ended;
    await drawn();
    expect(find('.not-found').textContent).toContain('Searched 42 documents.');
    expect(find<HTMLAnchorElement>('.not-found a').href).toBe('mailto:office@harbour.example');
    expect(all('.error, .chip')).toEqual([]);
  });

  test('is rated and copied', async () => {
    const { chat, transport, all, find, ask, next, drawn } = mount();
    const copied: string[] = [];
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void copied.push(text));
    chat.open();
    const ended = next('response-end');
    ask('How do I book?');
    await ended;
    await drawn();
    const rated = next('feedback');
    all('.assistant .actions .icon-button')[1]!.click();
    expect((await rated).detail).toEqual({ message_id: 'msg_1', rating: 'up' });
    all('.assistant .actions .icon-button')[0]!.click();
    await drawn();
    expect(transport.calls).toContain('feedback:msg_1:up');
    expect(all('.assistant .actions .icon-button').map((button) => button.ariaPressed)).toEqual([
      null,
      'true',
      'false',
      'false',
      null,
    ]);
    expect(copied).toEqual([ANSWER]);
    expect(all('.assistant .actions .icon-button')[0]!.ariaLabel).toBe('Copied');
    expect(find('.live').lastElementChild!.textContent).toBe('Copied');
    write.mockRestore();
  });

  // Vitest fails a run in which a rejection was handled by nobody.
  test.each([
    ['by a policy', () => vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('No.'))],
    ['where there is none', () => vi.spyOn(navigator, 'clipboard', 'get').mockReturnValue(undefined as never)],
  ])('cannot be copied (%s): that is said, and goes away with the next try that can', async (_why, refuse) => {
    const { chat, all, find, ask, next, drawn } = mount();
    chat.open();
    const ended = next('response-end');
    ask('How do I book?');
    await ended;
    await drawn();
    const refused = refuse();
    const copy = () => all('.assistant .actions .icon-button')[0]!;
    copy().click();
    await vi.waitFor(() => expect(find('.message > .fine').textContent).toBe('Copying is blocked by the browser'));
    expect(copy().ariaLabel).toBe('Copy answer');
    expect(find('.live').lastElementChild!.textContent).toBe('Copying is blocked by the browser');
    refused.mockRestore();
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    copy().click();
    await vi.waitFor(() => expect(copy().ariaLabel).toBe('Copied'));
    expect(all('.message > .fine')).toEqual([]);
    write.mockRestore();
  });
});

describe('when something fails', () => {
  test('the answer says so where it stopped, and is tried again in its place', async () => {
    const transport = createScriptedTransport({
      config: CONFIG,
      answer: (_question, attempt) =>
        attempt === 0
          ? [delta('The course'), { type: 'error', error: { code: 'model_error', message: 'x' } }]
          : says(ANSWER),
    });
    const { chat, find, all, ask, next, drawn } = mount({}, transport);
    chat.open();
    let ended = next('response-end');
    ask('When?');
    await ended;
    await drawn();
    expect(find('.error').textContent).toContain('could not write an answer');
    expect(find('.text').textContent).toContain('The course');
    ended = next('response-end');
    find('.error .plain').click();
    await ended;
    await drawn();
    expect(transport.calls.at(-1)).toBe('retry:msg_1');
    expect(all('.error')).toEqual([]);
    expect(all('.message').length).toBe(2);
  });

  test('a full server names the wait, and the wait ends', async () => {
    const transport = createScriptedTransport({
      answer: (_question, attempt) =>
        attempt === 0 ? new TransportError('rate_limit_exceeded', 'x', 1) : says('Yes.'),
    });
    const { chat, find, ask, next, drawn } = mount({}, transport);
    chat.open();
    const failed = next('error');
    ask('Now?');
    expect((await failed).detail.code).toBe('rate_limit_exceeded');
    await drawn();
    const retry = () => find<HTMLButtonElement>('.error .plain');
    expect([retry().disabled, retry().textContent?.trim()]).toEqual([true, 'Try again in 1 s']);
    await vi.waitFor(() => expect(retry().disabled).toBe(false), { timeout: 5_000 });
    const ended = next('response-end');
    retry().click();
    await ended;
    // The question never reached the server, so it is sent again under the same key.
    expect(transport.calls.filter((call) => call.startsWith('send'))).toEqual(['send:Now?', 'send:Now?']);
  });

  test('a refused origin is told in the panel, and once in the console with the command', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    const transport = createScriptedTransport({
      config: new TransportError('origin_not_allowed', 'x'),
      answer: () => new TransportError('origin_not_allowed', 'x'),
    });
    const { chat, find, all, ask, next, drawn } = mount({}, transport);
    const failed = next('error');
    chat.open();
    await failed;
    await drawn();
    expect(find('.error').textContent).toContain(`not allowed on ${location.origin}`);
    expect(all('.error button')).toEqual([]);
    ask('Hello?');
    await next('error');
    await drawn();
    // Once, though a question was sent all the same.
    expect(all('.error').length).toBe(1);
    expect(find('.error code').textContent).toContain(`--add-origin ${location.origin}`);
    expect(told).toHaveBeenCalledOnce();
    expect(told.mock.calls[0]![0]).toContain(`--add-origin ${location.origin}`);
    told.mockRestore();
  });

  test('a broken line is told slimly, and the answer goes on where it was', async () => {
    const transport = createScriptedTransport({
      answer: (_question, attempt) => (attempt === 0 ? [delta('First, '), 'cut'] : says('then.')),
    });
    const { chat, find, all, ask, next, drawn } = mount({}, transport);
    chat.open();
    const ended = next('response-end');
    ask('How?');
    await vi.waitFor(() => expect(find('.offline').textContent).toContain('No connection'));
    window.dispatchEvent(new Event('online'));
    await ended;
    await drawn();
    expect(find('.text').textContent.trim()).toBe('First, then.');
    expect(transport.calls.at(-1)).toBe('resume:msg_1:7');
    expect(all('.offline')).toEqual([]);
  });

  test('a question that is too long stays in the field', async () => {
    const { chat, find, transport, ask, drawn } = mount();
    chat.open();
    await drawn();
    ask('x'.repeat(4001));
    await drawn();
    expect(find<HTMLTextAreaElement>('textarea').value.length).toBe(4001);
    expect(find('#count').textContent).toBe('1 character too many');
    expect(find('textarea').getAttribute('aria-invalid')).toBe('true');
    expect(transport.calls).toEqual(['config']);
  });
});

describe('a stored conversation', () => {
  const key = 'pk_test_stored';
  const remember = (panel = '') => {
    localStorage.setItem('assisters:pk_test_stored:', `1\nvt_x\n${Date.now() + 1e9}\nconv_1`);
    if (panel) sessionStorage.setItem('assisters:pk_test_stored:', panel);
  };
  const history = [
    stored('msg_a', 'user', 'How do I book?'),
    stored('msg_b', 'assistant', 'Half an ans', { status: 'streaming' }),
  ];

  test('is put back after a reload in the middle of an answer, which goes on; without taking the focus', async () => {
    remember('open');
    const transport = createScriptedTransport({ history, answer: () => says('wer.') });
    const { chat, all, next, drawn } = mount({ 'publishable-key': key }, transport);
    await next('response-end');
    await drawn();
    expect(transport.calls).toEqual(['history:null', 'config', 'resume:msg_b:11']);
    expect(all('.message').map((row) => row.querySelector('.bubble, .text')!.textContent.trim())).toEqual([
      'How do I book?',
      'Half an answer.',
    ]);
    expect(focused(chat)).toBeNull();
  });

  test('that was interrupted says so and offers to try again', async () => {
    remember();
    const interrupted = [history[0]!, { ...history[1]!, status: 'interrupted' as const }];
    const transport = createScriptedTransport({ history: interrupted, answer: () => says('Whole.') });
    const { chat, find, next, drawn } = mount({ 'publishable-key': key }, transport);
    chat.open();
    await vi.waitFor(() => find('.error'));
    await drawn();
    expect(find('.error').textContent).toContain('The answer was interrupted.');
    expect(find('.text').textContent.trim()).toBe('Half an ans');
    const ended = next('response-end');
    find('.error .plain').click();
    await ended;
    expect(transport.calls.at(-1)).toBe('retry:msg_b');
  });

  test('that is gone is said, and a new one starts', async () => {
    remember();
    const transport = createScriptedTransport({ history: null, answer: () => says('Yes.') });
    const { chat, find, ask, next, drawn } = mount({ 'publishable-key': key }, transport);
    chat.open();
    await vi.waitFor(() => find('.notice'));
    expect(find('.notice').textContent).toContain('no longer available');
    const ended = next('response-end');
    ask('Still there?');
    await ended;
    await drawn();
    expect(transport.calls).toContain('start:{}');
    expect(localStorage.getItem('assisters:pk_test_stored:')).toMatch(/\nconv_1$/);
  });

  test('loads older messages as the reader goes up, and keeps the place', async () => {
    remember('open');
    const long = Array.from({ length: 150 }, (_, index) =>
      stored(`msg_${index}`, index % 2 ? 'assistant' : 'user', `Message number ${index}`),
    );
    const transport = createScriptedTransport({ history: long, answer: () => says('Yes.') });
    const { find, all, drawn } = mount({ 'publishable-key': key }, transport);
    await vi.waitFor(() => expect(all('.message').length).toBe(60));
    await drawn();
    const scroller = find('.scroller');
    expect(scroller.scrollTop).toBe(0);
    expect(all('.message').at(-1)!.getBoundingClientRect().bottom).toBeLessThanOrEqual(
      scroller.getBoundingClientRect().bottom,
    );
    const first = all('.message')[0]!;
    scroller.scrollTop = -scroller.scrollHeight;
    await vi.waitFor(() => expect(all('.message').length).toBe(120));
    await drawn();
    const shift = first.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    expect(Math.abs(shift)).toBeLessThan(60);
    expect(all('.jump').length).toBe(1);
  });

  test('is forgotten by reset, and the next question is a stranger’s', async () => {
    remember();
    const { chat } = mount({ 'publishable-key': key });
    chat.reset();
    expect(localStorage.length).toBe(0);
  });
});

describe('leaving and coming back', () => {
  test('moving the element in the page changes nothing', async () => {
    const { chat, find, ask, drawn } = mount({}, demoTransport());
    chat.open();
    ask('half');
    await vi.waitFor(() => expect(find('.text').textContent).toContain('You can book'));
    const box = document.createElement('div');
    document.body.append(box);
    box.append(chat);
    await drawn();
    await new Promise((go) => setTimeout(go));
    expect(chat.getState()).toMatchObject({ open: true, responding: true });
    expect(find('.panel').matches(':popover-open')).toBe(true);
    box.remove();
  });

  test('an answer goes on when the element is put back', async () => {
    const transport = createScriptedTransport({
      answer: (_question, attempt) => (attempt === 0 ? [delta('First, '), hangs()] : says('then.')),
    });
    const { chat, find, ask, next, drawn } = mount({}, transport);
    chat.open();
    ask('How?');
    await vi.waitFor(() => expect(find('.text').textContent).toContain('First'));
    chat.remove();
    await new Promise((go) => setTimeout(go, 5));
    const ended = next('response-end');
    document.body.append(chat);
    await ended;
    await drawn();
    expect(find('.text').textContent.trim()).toBe('First, then.');
  });

  test('the page’s cache closes the line and opens it again', async () => {
    const transport = createScriptedTransport({
      answer: (_question, attempt) => (attempt === 0 ? [delta('First, '), hangs()] : says('then.')),
    });
    const { chat, find, ask, next } = mount({}, transport);
    chat.open();
    ask('How?');
    await vi.waitFor(() => expect(find('.text').textContent).toContain('First'));
    window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    const ended = next('response-end');
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await ended;
    expect(transport.calls.at(-1)).toBe('resume:msg_1:7');
  });

  test('shutdown leaves nothing', async () => {
    const { chat, all, ask, next, drawn } = mount();
    chat.open();
    const ended = next('response-end');
    ask('How do I book?');
    await ended;
    chat.shutdown();
    await drawn();
    expect(all('.panel, .launcher')).toEqual([]);
    chat.open();
    expect(chat.getState().open).toBe(false);
    expect([localStorage.length, sessionStorage.length]).toEqual([0, 0]);
  });

  test('update sets the options it names and leaves the others', () => {
    const { chat } = mount();
    chat.update({ theme: 'dark' });
    chat.update({ placeholder: 'Say' });
    expect([chat.theme, chat.placeholder]).toEqual(['dark', 'Say']);
  });

  test('properties set before the element was defined are kept', () => {
    class Later extends AssistersChat {}
    const early = document.createElement('assisters-later') as AssistersChat;
    Object.assign(early, { theme: 'dark', greeting: 'Hi' });
    customElements.define('assisters-later', Later);
    customElements.upgrade(early);
    expect(Object.hasOwn(early, 'theme')).toBe(false);
    expect([early.theme, early.greeting]).toEqual(['dark', 'Hi']);
  });
});

describe('keyboard and screen reader', () => {
  test('arrow keys go from message to message', async () => {
    const { chat, all, ask, next, drawn } = mount();
    chat.open();
    const ended = next('response-end');
    ask('How do I book?');
    await ended;
    await drawn();
    const [question, answer] = all('.message') as [HTMLElement, HTMLElement];
    answer.focus();
    await userEvent.keyboard('{ArrowUp}');
    expect(focused(chat)).toBe(question);
    await userEvent.keyboard('{End}');
    expect(focused(chat)).toBe(answer);
    expect([question.ariaLabel, answer.ariaLabel]).toEqual(['You', 'Harbour']);
  });

  test('the menu opens with an arrow key, and Esc closes only the menu', async () => {
    const { chat, find, drawn } = mount();
    chat.open();
    await drawn();
    find('.menu > button').focus();
    await userEvent.keyboard('{ArrowDown}');
    await drawn();
    expect(focused(chat)).toBe(find('[role=menuitem]'));
    await userEvent.keyboard('{Escape}');
    await drawn();
    expect(find('[role=menu]').hidden).toBe(true);
    expect(focused(chat)).toBe(find('.menu > button'));
    expect(chat.getState().open).toBe(true);
  });

  test('announces whole sentences, and no history', async () => {
    let go!: () => void;
    const step = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { chat, find, all, ask, next, drawn } = mount(
      {},
      createScriptedTransport({
        answer: () => [delta('Pay at **the pier**. Then'), step, delta(' go.'), found([]), end],
      }),
    );
    chat.open();
    ask('How?');
    await vi.waitFor(() => expect(all('.live p').map((line) => line.textContent)).toEqual(['Pay at the pier .']));
    const ended = next('response-end');
    go();
    await ended;
    await drawn();
    expect(all('.live p').map((line) => line.textContent)).toEqual(['Pay at the pier .', 'Then go.']);
    expect(find('.rows').getAttribute('aria-live')).toBe('off');
  });

  test('an input method’s Enter does not send', async () => {
    const { chat, find, transport, drawn } = mount();
    chat.open();
    await drawn();
    const input = find<HTMLTextAreaElement>('textarea');
    input.value = 'にほん';
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }));
    expect(transport.calls).toEqual(['config']);
  });
});
