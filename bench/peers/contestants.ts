import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import type { HistoryMessage } from '../texts.ts';
import { bundlePage } from './bundle.ts';
import type { Exchange, Framing, Scenario, Site } from './mock-server.ts';
import { ours } from './ours.ts';

const MODULES = fileURLToPath(new URL('./node_modules/', import.meta.url));

/** One row of the table: what it is, how to put it on the server and how a visitor uses it. */
export interface Contestant {
  readonly name: string;
  readonly kind: 'floor' | 'peer' | 'ours';
  /** npm package whose version the table shows. */
  readonly packageName?: string;
  /** What the reader of the table must know about how it was driven. */
  readonly note: string;
  /** Puts it up; bundles what must be bundled. */
  readonly prepare: () => Promise<Site>;
  /** Visible as soon as the launcher (or, without one, the chat box) shows. Absent: the blank page. */
  readonly ready?: string;
  /** The launcher to press; absent when the chat is in the page at once. */
  readonly launcher?: string;
  /** Where a visitor types; Enter sends. Absent: it cannot be asked offline. */
  readonly input?: string;
  /** Puts a history of messages in the page; `false` where the library gives no way. */
  readonly history: boolean;
  /** Its history belongs to a visitor whom the server knows: the page is visited once, and asked, before it is measured. */
  readonly returning?: boolean;
  /** Whether an answer can be streamed to it offline. */
  readonly streams: boolean;
}

const html = (head: string, body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Bench</title>${head}<body>${body}</body></html>`;

/** The benchmark's plain wire, for contestants that leave the transport to the page. */
const PLAIN: Framing = {
  contentType: 'text/event-stream',
  frame: (content, at) => `id: ${at}\ndata: ${JSON.stringify({ type: 'delta', content })}\n\n`,
  tail: 'data: {"type":"end"}\n\n',
};

async function plainBackend({ url, json, stream, scenario }: Exchange): Promise<boolean> {
  if (url.pathname === '/plain/stream') await stream(PLAIN);
  else if (url.pathname === '/plain/history') json(scenario.history);
  else return false;
  return true;
}

/** A page of ours around a library: bundled, mounted in `#chat`, fed by the plain wire. */
function bundled(entry: string, styles: readonly string[] = []): () => Promise<Site> {
  return async () => {
    const files = new Map([['/page.js', await bundlePage(entry)]]);
    styles.forEach((style, at) => {
      files.set(`/style-${at}.css`, join(MODULES, style));
    });
    const links = styles.map((_, at) => `<link rel="stylesheet" href="/style-${at}.css">`).join('');
    return {
      files,
      backend: plainBackend,
      page: ({ history }) =>
        html(
          `${links}<script>window.benchHistory = window.labHistory = ${history.length > 0};</script>`,
          '<div id="chat"></div><script type="module" src="/page.js"></script>',
        ),
    };
  };
}

/** A library served as published, started by a script in the page. */
function published(
  files: Record<string, string>,
  page: (scenario: Scenario, origin: string) => string,
  backend: Site['backend'] = () => false,
): () => Promise<Site> {
  return async () => ({
    files: new Map(Object.entries(files).map(([path, file]) => [path, join(MODULES, file)])),
    page,
    backend,
  });
}

const modulesOf = (folder: string) =>
  existsSync(join(MODULES, folder)) ? readdirSync(join(MODULES, folder)).filter((file) => file.endsWith('.mjs')) : [];

const script = (code: string) => `<script type="module">${code}</script>`;
const inScript = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');

const typebotReply = {
  sessionId: 'session',
  resultId: 'result',
  typebot: {
    id: 'bench',
    version: '6.1',
    publishedAt: '2026-01-01T00:00:00.000Z',
    theme: { general: {}, chat: {} },
    settings: { general: {} },
  },
  messages: [],
  input: { id: 'input', type: 'text input', options: {} },
};

const directLine = (history: readonly HistoryMessage[], watermark: number) => ({
  activities: history.slice(watermark).map(({ role, content }, at) => ({
    type: 'message',
    id: String(watermark + at),
    text: content,
    timestamp: new Date(1_760_000_000_000 + (watermark + at) * 1000).toISOString(),
    from: { id: role, role: role === 'user' ? 'user' : 'bot' },
    conversation: { id: 'bench' },
  })),
  watermark: String(history.length),
});

export const CONTESTANTS: readonly Contestant[] = [
  {
    name: 'blank page',
    kind: 'floor',
    note: 'no script at all',
    prepare: async () => ({ files: new Map(), backend: () => false, page: () => html('', '<h1>Bench</h1>') }),
    history: false,
    streams: false,
  },
  {
    name: 'lab: text only',
    kind: 'floor',
    note: 'plain DOM, no markdown, one append a frame; the last 60 messages in the page',
    prepare: bundled('lab-text.js'),
    ready: '.lab-launcher',
    launcher: '.lab-launcher',
    input: '.lab-input',
    history: true,
    streams: true,
  },
  {
    name: 'lab: last block',
    kind: 'floor',
    note: 'plain DOM, marked + DOMPurify on the last block once a frame; the last 60 messages in the page',
    prepare: bundled('lab-block.js'),
    ready: '.lab-launcher',
    launcher: '.lab-launcher',
    input: '.lab-input',
    history: true,
    streams: true,
  },
  {
    name: 'lab: naive',
    kind: 'floor',
    note: 'marked + DOMPurify + innerHTML of the whole answer on each delta',
    prepare: bundled('lab-naive.js'),
    ready: '.lab-launcher',
    launcher: '.lab-launcher',
    input: '.lab-input',
    history: false,
    streams: true,
  },
  ours,
  {
    name: 'nlux',
    kind: 'peer',
    packageName: '@nlux/core',
    note: 'bundled; the page reads the stream; even with its typing animation off it writes at its own pace, a word at a time',
    prepare: bundled('nlux.js', ['@nlux/themes/nova.css']),
    ready: '.nlux-AiChat-root textarea',
    input: '.nlux-AiChat-root textarea',
    history: true,
    streams: true,
  },
  {
    name: 'deep-chat',
    kind: 'peer',
    packageName: 'deep-chat',
    note: 'its published bundle and its own wire (`connect.stream`)',
    prepare: published(
      { '/deep-chat.js': 'deep-chat/dist/deepChat.bundle.js' },
      ({ history }) =>
        html(
          '',
          `<deep-chat id="chat" style="width:400px;height:600px"></deep-chat>${script(`
            await import('/deep-chat.js');
            const chat = document.getElementById('chat');
            chat.history = ${inScript(history.map(({ role, content }) => ({ role: role === 'user' ? 'user' : 'ai', text: content })))};
            chat.connect = { url: '/deep-chat', stream: true };`)}`,
        ),
      async ({ url, stream }) => {
        if (url.pathname !== '/deep-chat') return false;
        await stream({
          contentType: 'text/event-stream',
          frame: (text) => `data: ${JSON.stringify({ text })}\n\n`,
        });
        return true;
      },
    ),
    ready: '#text-input',
    input: '#text-input',
    history: true,
    streams: true,
  },
  {
    name: 'flowise',
    kind: 'peer',
    packageName: 'flowise-embed',
    note: 'its published module and its own wire; history from its own localStorage',
    prepare: published(
      { '/flowise.js': 'flowise-embed/dist/web.js' },
      ({ history }) =>
        html(
          '',
          script(`
            const history = ${inScript(history.map(({ role, content }) => ({ type: role === 'user' ? 'userMessage' : 'apiMessage', message: content })))};
            if (history.length) localStorage.setItem('bench_EXTERNAL', JSON.stringify({ chatHistory: history, chatId: 'chat' }));
            const { default: Chatbot } = await import('/flowise.js');
            Chatbot.init({ chatflowid: 'bench', apiHost: location.origin });`),
        ),
      async ({ url, json, stream }) => {
        if (url.pathname.startsWith('/api/v1/chatflows-streaming/')) json({ isStreaming: true });
        else if (url.pathname.startsWith('/api/v1/public-chatbotConfig/')) json({ uploads: {} });
        else if (url.pathname.startsWith('/api/v1/prediction/')) {
          const event = (name: string, data: unknown) => `message:\ndata:${JSON.stringify({ event: name, data })}\n\n`;
          await stream({
            contentType: 'text/event-stream',
            head: event('start', ''),
            frame: (text) => event('token', text),
            tail: event('metadata', { chatId: 'chat', messageId: 'message' }) + event('end', '[DONE]'),
          });
        } else return false;
        return true;
      },
    ),
    ready: 'button[part="button"]',
    launcher: 'button[part="button"]',
    input: 'flowise-chatbot textarea',
    history: true,
    streams: true,
  },
  {
    name: 'typebot',
    kind: 'peer',
    packageName: '@typebot.io/js',
    note: 'its published module and its own wire (a stream action, AI SDK data stream)',
    prepare: published(
      { '/typebot.js': '@typebot.io/js/dist/web.js' },
      (_, origin) =>
        html(
          '',
          script(`
            const { default: Typebot } = await import('/typebot.js');
            Typebot.initBubble({ typebot: 'bench', apiHost: '${origin}' });`),
        ),
      async ({ url, json, stream }) => {
        if (url.pathname.endsWith('/startChat')) json(typebotReply);
        else if (url.pathname.endsWith('/continueChat')) {
          json({ messages: [], clientSideActions: [{ type: 'stream', stream: true, expectsDedicatedReply: true }] });
        } else if (url.pathname.endsWith('/streamMessage')) {
          await stream({ contentType: 'text/plain', frame: (text) => `0:${JSON.stringify(text)}\n` });
        } else if (url.pathname.endsWith('/clientLogs')) json({});
        else return false;
        return true;
      },
    ),
    ready: 'button[part="button"]',
    launcher: 'button[part="button"]',
    input: 'typebot-bubble input.text-input, typebot-bubble textarea.text-input',
    history: false,
    streams: true,
  },
  {
    name: 'assistant-ui',
    kind: 'peer',
    packageName: '@assistant-ui/react',
    note: 'bundled with React and its markdown package; a local runtime reads the stream; no styles of its own',
    prepare: bundled('assistant-ui.jsx'),
    ready: '.chat-input',
    input: '.chat-input',
    history: true,
    streams: true,
  },
  {
    name: 'botpress',
    kind: 'peer',
    packageName: '@botpress/webchat',
    note: 'bundled with React: its message list and composer, state in the page, since its backend is a cloud service only',
    prepare: bundled('botpress.jsx', ['@botpress/webchat/dist/style.css']),
    ready: 'textarea',
    input: 'textarea',
    history: true,
    streams: true,
  },
  {
    name: 'streamdown',
    kind: 'peer',
    packageName: 'streamdown',
    note: 'a markdown renderer for React, not a widget; the list around it is the plainest there is',
    prepare: bundled('streamdown.jsx'),
    ready: '.chat-input',
    input: '.chat-input',
    history: true,
    streams: true,
  },
  {
    name: 'n8n',
    kind: 'peer',
    packageName: '@n8n/chat',
    note: 'its published bundle, style sheet and own wire (`enableStreaming`)',
    prepare: published(
      {
        '/style.css': '@n8n/chat/dist/style.css',
        '/chat.bundle.es.js': '@n8n/chat/dist/chat.bundle.es.js',
        ...Object.fromEntries(modulesOf('@n8n/chat/dist').map((file) => [`/${file}`, `@n8n/chat/dist/${file}`])),
      },
      () =>
        html(
          '<link rel="stylesheet" href="/style.css">',
          script(`
            const { createChat } = await import('/chat.bundle.es.js');
            createChat({ webhookUrl: location.origin + '/webhook', enableStreaming: true, initialMessages: [] });`),
        ),
      async ({ url, body, json, stream, scenario }) => {
        if (url.pathname !== '/webhook') return false;
        if ((body as { action?: string } | null)?.action === 'loadPreviousSession') {
          json({
            data: scenario.history.map(({ role, content }) => ({
              lc: 1,
              type: 'constructor',
              id: ['langchain_core', 'messages', role === 'user' ? 'HumanMessage' : 'AIMessage'],
              kwargs: { content, additional_kwargs: {} },
            })),
          });
          return true;
        }
        const metadata = { nodeId: 'node', nodeName: 'AI', timestamp: 0, runIndex: 0, itemIndex: 0 };
        const line = (type: string, content?: string) => `${JSON.stringify({ type, content, metadata })}\n`;
        await stream({
          contentType: 'application/json',
          head: line('begin'),
          frame: (content) => line('item', content),
          tail: line('end'),
        });
        return true;
      },
    ),
    ready: '.chat-window-toggle',
    launcher: '.chat-window-toggle',
    input: '.chat-inputs textarea, .chat-input textarea',
    history: true,
    streams: true,
  },
  {
    name: 'botframework',
    kind: 'peer',
    packageName: 'botframework-webchat',
    note: 'its published bundle and the Direct Line wire by polling, which carries no tokens: boot and history only',
    prepare: published(
      { '/webchat.js': 'botframework-webchat/dist/webchat.js' },
      (_, origin) =>
        html(
          '<script src="/webchat.js"></script>',
          `<div id="chat" style="width:400px;height:600px"></div>${script(`
            WebChat.renderWebChat({
              directLine: WebChat.createDirectLine({ token: 'bench', domain: '${origin}/directline', webSocket: false }),
              userID: 'user',
            }, document.getElementById('chat'));`)}`,
        ),
      ({ url, json, scenario }) => {
        if (url.pathname.endsWith('/conversations'))
          json({ conversationId: 'bench', token: 'bench', expires_in: 3600 });
        else if (url.pathname.endsWith('/activities'))
          json(directLine(scenario.history, Number(url.searchParams.get('watermark') ?? 0)));
        else return false;
        return true;
      },
    ),
    ready: '[data-id="webchat-sendbox-input"]',
    input: '[data-id="webchat-sendbox-input"]',
    history: true,
    streams: false,
  },
];

/** Version from the installed package, `''` when it has none or is not installed. */
export function versionOf({ packageName }: Contestant): string {
  if (packageName === undefined) return '';
  const file = join(MODULES, packageName, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : '';
}

/** Presses the launcher if there is one and waits for the composer. */
export async function openChat(page: Page, { launcher, input }: Contestant, timeoutMs: number): Promise<void> {
  if (launcher !== undefined) await page.locator(launcher).first().click({ timeout: timeoutMs });
  if (input !== undefined) await page.locator(input).first().waitFor({ timeout: timeoutMs });
}
