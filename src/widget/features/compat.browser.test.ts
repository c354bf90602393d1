import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { COMPAT, speakAs } from './compat.ts';
import type { Host } from './host.ts';

/** A chat that notes what it is told. */
let host: Host;
let calls: [string, ...unknown[]][];
let info: string[];
const page = window as unknown as Record<string, never>;
const GLOBALS = ['Intercom', 'intercomSettings', '$crisp', '$chatwoot', 'chatwootSDK', 'chatwootSettings', 'Kapa'];

beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
  calls = [];
  info = [];
  vi.spyOn(console, 'info').mockImplementation((line) => void info.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
  host.remove();
  for (const name of GLOBALS) delete page[name];
});

const call = (method: string, args: readonly unknown[]) => {
  if (method === 'getState') return { open: true };
  calls.push([method, ...args]);
};
const emit = (name: string, detail: unknown = {}) =>
  host.dispatchEvent(new CustomEvent(`assisters:${name}`, { detail }));
/** Runs a line as a page's script would. */
const run = (source: string, scope: Readonly<Record<string, unknown>> = {}) =>
  new Function(...Object.keys(scope), source)(...Object.values(scope));

type Row = readonly [call: string, ours: readonly (readonly unknown[])[]];

/** What each call of theirs becomes. */
const CALLS: Readonly<Record<string, readonly Row[]>> = {
  intercom: [
    ["Intercom('show')", [['open']]],
    ["Intercom('showMessages')", [['open']]],
    ["Intercom('showSpace', 'help')", [['open']]],
    ["Intercom('showNewMessage')", [['open']]],
    ["Intercom('showNewMessage', 'My order is late')", [['open'], ['setInput', 'My order is late']]],
    ["Intercom('hide')", [['close']]],
    ["Intercom('shutdown')", [['reset']]],
    [
      "Intercom('boot', {app_id: 'a', user_id: '7', email: 'ann@site.example', user_hash: 'f00'})",
      [['setContext', { visitor: { user_id: '7', email: 'ann@site.example' } }]],
    ],
    ["Intercom('boot', {app_id: 'a', intercom_user_jwt: 'x.y.z'})", [['identify', 'x.y.z']]],
    ["Intercom('update', {plan: 'pro'})", [['setContext', { visitor: { plan: 'pro' } }]]],
    ["Intercom('update', {hide_default_launcher: true})", [['update', { noLauncher: true }]]],
    [
      "Intercom('trackEvent', 'invited-friend', {count: 2})",
      [['setContext', { last_event: { name: 'invited-friend', count: 2 } }]],
    ],
  ],
  crisp: [
    ["$crisp.push(['do', 'chat:open'])", [['open']]],
    ["$crisp.push(['do', 'chat:close'])", [['close']]],
    ["$crisp.push(['do', 'chat:toggle'])", [['toggle']]],
    ["$crisp.push(['do', 'chat:show'])", [['show']]],
    ["$crisp.push(['do', 'chat:hide'])", [['hide']]],
    ["$crisp.push(['do', 'session:reset'])", [['reset']]],
    ["$crisp.push(['do', 'message:send', ['text', 'Hello there!']])", [['open'], ['send', 'Hello there!']]],
    ["$crisp.push(['set', 'message:text', ['I would like']])", [['setInput', 'I would like']]],
    [
      "$crisp.push(['set', 'user:email', ['ann@site.example']])",
      [['setContext', { visitor: { email: 'ann@site.example' } }]],
    ],
    ["$crisp.push(['set', 'user:nickname', 'Ann'])", [['setContext', { visitor: { nickname: 'Ann' } }]]],
    [
      "$crisp.push(['set', 'session:data', [[['plan', 'pro'], ['seats', 3]]]])",
      [['setContext', { visitor: { plan: 'pro', seats: 3 } }]],
    ],
    ["$crisp.push(['set', 'session:data', ['plan', 'pro']])", [['setContext', { visitor: { plan: 'pro' } }]]],
    ["$crisp.push(['safe', true])", []],
  ],
  chatwoot: [
    ["$chatwoot.toggle('open')", [['open']]],
    ["$chatwoot.toggle('close')", [['close']]],
    ['$chatwoot.toggle()', [['toggle']]],
    ["$chatwoot.toggleBubbleVisibility('hide')", [['update', { noLauncher: true }]]],
    ["$chatwoot.toggleBubbleVisibility('show')", [['update', { noLauncher: false }]]],
    [
      "$chatwoot.setUser('7', {email: 'ann@site.example', identifier_hash: 'f00'})",
      [['setContext', { visitor: { identifier: '7', email: 'ann@site.example' } }]],
    ],
    ["$chatwoot.setCustomAttributes({plan: 'pro'})", [['setContext', { visitor: { plan: 'pro' } }]]],
    ['$chatwoot.setConversationCustomAttributes({order: 12})', [['setContext', { visitor: { order: 12 } }]]],
    ["$chatwoot.setLocale('de')", [['update', { locale: 'de' }]]],
    ["$chatwoot.setColorScheme('dark')", [['update', { theme: 'dark' }]]],
    ['$chatwoot.reset()', [['reset']]],
  ],
  kapa: [
    ['Kapa.open()', [['open']]],
    ["Kapa('open')", [['open']]],
    ["Kapa.open({query: 'How to start?'})", [['open'], ['setInput', 'How to start?']]],
    ["Kapa.open({mode: 'ai', query: 'How to start?', submit: true})", [['open'], ['send', 'How to start?']]],
    ['Kapa.close()', [['close']]],
    ['Kapa.render({onRender: () => Kapa.open()})', [['show'], ['open']]],
    ['Kapa.unmount()', [['hide']]],
  ],
};

test('each vendor has its table', () => {
  expect(Object.keys(CALLS).sort()).toEqual(Object.keys(COMPAT).sort());
});

for (const [vendor, rows] of Object.entries(CALLS)) {
  describe(vendor, () => {
    test.each(rows)('%s', (source, ours) => {
      speakAs(vendor, host, call);
      run(source);
      expect(calls).toEqual(ours);
      expect(info).toEqual([]);
    });
  });
}

type Heard = readonly [listen: string, name: string, detail: unknown, told: readonly unknown[]];
const user = { message: { role: 'user', content: 'Hi?' } };
const assistant = { message: { role: 'assistant', content: 'Hello.' } };

/** What each event of ours becomes. `heard` notes what a listener was given. */
const EVENTS: Readonly<Record<string, readonly Heard[]>> = {
  intercom: [
    ["Intercom('onShow', heard)", 'open', {}, []],
    ["Intercom('onHide', heard)", 'close', {}, []],
    ["Intercom('onUnreadCountChange', heard)", 'unread', { count: 3 }, [3]],
  ],
  crisp: [
    ["$crisp.push(['on', 'session:loaded', heard])", 'ready', {}, []],
    ["$crisp.push(['on', 'chat:opened', heard])", 'open', {}, []],
    ["$crisp.push(['on', 'chat:initiated', heard])", 'open', {}, []],
    ["$crisp.push(['on', 'chat:closed', heard])", 'close', {}, []],
    [
      "$crisp.push(['on', 'message:sent', heard])",
      'message',
      user,
      [{ type: 'text', from: 'user', origin: 'chat', content: 'Hi?' }],
    ],
    [
      "$crisp.push(['on', 'message:received', heard])",
      'message',
      assistant,
      [{ type: 'text', from: 'operator', origin: 'chat', content: 'Hello.' }],
    ],
  ],
  chatwoot: [
    ["addEventListener('chatwoot:opened', () => heard())", 'open', {}, []],
    ["addEventListener('chatwoot:closed', () => heard())", 'close', {}, []],
    ["addEventListener('chatwoot:on-message', ({detail}) => heard(detail))", 'message', assistant, [assistant.message]],
    ["addEventListener('chatwoot:error', ({detail}) => heard(detail))", 'error', { code: 'x' }, [{ code: 'x' }]],
  ],
  kapa: [
    ["Kapa('onModalOpen', heard)", 'open', {}, [{ mode: 'ai' }]],
    ["Kapa('onModalClose', heard)", 'close', {}, [{ mode: 'ai' }]],
    ["Kapa('onAskAIQuerySubmit', heard)", 'message', user, [{ question: 'Hi?' }]],
    ["Kapa('onAskAIAnswerCompleted', heard)", 'message', assistant, [{ question: null, answer: 'Hello.' }]],
    ["Kapa('onAskAIFeedbackSubmit', heard)", 'feedback', { rating: 'down' }, [{ reaction: 'downvote' }]],
    ["Kapa('onAskAISourceClick', heard)", 'source-click', { source: { url: 'u' } }, [{ source: { url: 'u' } }]],
    ["Kapa('onAskAILinkClick', heard)", 'source-click', { source: { url: 'u' } }, [{ href: 'u' }]],
  ],
};

for (const [vendor, rows] of Object.entries(EVENTS)) {
  describe(`${vendor} hears`, () => {
    test.each(rows)('%s', (source, name, detail, told) => {
      speakAs(vendor, host, call);
      const heard = vi.fn();
      run(source, { heard });
      emit(name, detail);
      expect(heard.mock.calls).toEqual([told]);
    });
  });
}

describe('what the page did before the chat was there', () => {
  test('Intercom: settings and queued calls', () => {
    run(`
      window.intercomSettings = {app_id: 'a', email: 'ann@site.example'};
      var i = function () { i.q.push(arguments); }; i.q = []; window.Intercom = i;
      Intercom('show');`);
    speakAs('intercom', host, call);
    expect(calls).toEqual([['setContext', { visitor: { email: 'ann@site.example' } }], ['open']]);
  });

  test('Crisp: what was pushed onto the list', () => {
    run("window.$crisp = []; $crisp.push(['do', 'chat:open']);");
    speakAs('crisp', host, call);
    expect(calls).toEqual([['open']]);
    expect(run("return [$crisp.is('chat:opened'), $crisp.is('chat:closed'), $crisp.is('chat:visible')]")).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('Chatwoot: its settings, and who waits for it to be ready', () => {
    const ready = vi.fn();
    addEventListener('chatwoot:ready', ready, { once: true });
    run("window.chatwootSettings = {hideMessageBubble: true, position: 'left'};");
    speakAs('chatwoot', host, call);
    expect(calls).toEqual([
      ['update', { noLauncher: true }],
      ['update', { position: 'bottom-left' }],
    ]);
    expect(ready).toHaveBeenCalledOnce();
    expect(run('return [$chatwoot.hasLoaded, $chatwoot.isOpen]')).toEqual([true, true]);
  });

  test('Kapa: its stub', () => {
    run(`
      let i = function () { i.c(arguments); }; i.q = []; i.c = function (args) { i.q.push(args); }; window.Kapa = i;
      Kapa('open', {query: 'How?'});`);
    speakAs('kapa', host, call);
    expect(calls).toEqual([['open'], ['setInput', 'How?']]);
  });
});

test.each([
  ['intercom', "Intercom('startTour', 7)", "Intercom('startTour')"],
  ['crisp', "$crisp.push(['do', 'helpdesk:search'])", "$crisp.push(['do', 'helpdesk:search'])"],
  ['chatwoot', '$chatwoot.popoutChatWindow()', '$chatwoot.popoutChatWindow()'],
  ['kapa', "Kapa('onSearchResultClick', () => {})", "Kapa('onSearchResultClick')"],
])('%s: what has no counterpart does nothing, and says so once', (vendor, source, name) => {
  speakAs(vendor, host, call);
  run(source);
  run(source);
  expect(calls).toEqual([]);
  expect(info).toEqual([`[assisters] ${name} has no counterpart here and does nothing.`]);
});

test('listeners are taken back', () => {
  speakAs('crisp', host, call);
  const heard = vi.fn();
  run("$crisp.push(['on', 'chat:opened', heard]); $crisp.push(['off', 'chat:opened']);", { heard });
  speakAs('kapa', document.body.appendChild(document.createElement('i')), call);
  run("Kapa('onModalOpen', heard); Kapa('onModalOpen', heard, 'remove');", { heard });
  emit('open');
  expect(heard).not.toHaveBeenCalled();
});

test('the element takes over from the script: one global, and its listeners stay', () => {
  speakAs('intercom', host, call);
  const heard = vi.fn();
  run("Intercom('onShow', heard)", { heard });
  const later: unknown[] = [];
  speakAs('intercom', host, (method) => later.push(method));
  run("Intercom('show')");
  emit('open');
  expect([calls, later, heard.mock.calls.length]).toEqual([[], ['open'], 1]);
});

test('a vendor that is not known is told', () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  speakAs('constructor', host, call);
  expect(told.mock.calls.flat().join()).toContain('There are: intercom, crisp, chatwoot, kapa.');
});
