import { type IncomingMessage, request } from 'node:http';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { held, WORDS } from '../e2e/support/held.ts';
import { Site } from '../e2e/support/site.ts';
import { createWorld, type World } from '../e2e/support/world.ts';
import { chromiumLaunch } from '../scripts/find-browser.ts';
import { StreamCollector } from '../src/server/turn/testing/collect.ts';
import { prose } from '../test/app-server.ts';
import { corpus } from '../test/corpora.ts';
import { type Cut, type Fault, type FaultProxy, faultProxy } from '../test/fault-proxy.ts';

interface Case {
  readonly id: string;
  readonly name: string;
  readonly fault: { readonly at?: string; readonly how?: string };
}

export interface FaultReport {
  readonly cases: number;
  readonly runs: number;
  /** Faults that were seen to happen, where the proxy plays them. */
  readonly played: number;
  /** What did not end as it must: `case, seed: why`. */
  readonly broken: readonly string[];
}

const HTTP_HEADERS = 'Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: *\r\nConnection: close\r\n';
const reply = (status: string, type: string, body: string, more = '') =>
  `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\n${HTTP_HEADERS}${more}Content-Length: ${body.length}\r\n\r\n${body}`;
const refusal = (status: string, code: string, more = '') =>
  reply(status, 'application/json', JSON.stringify({ error: { code, message: code } }), more);
const once = (text: string, forward = false): Fault[] => [{ reply: text, forward }];

/** Answers in the server's place, by the case's name. */
const REPLIES: Readonly<Record<string, readonly Fault[]>> = {
  '503 with Retry-After 2': once(refusal('503 Service Unavailable', 'service_unavailable', 'Retry-After: 2\r\n')),
  '429 with garbage Retry-After': once(
    refusal('429 Too Many Requests', 'rate_limit_exceeded', 'Retry-After: soon\r\n'),
  ),
  '500 once then 200': once(refusal('500 Internal Server Error', 'internal_error'), true),
  '500 always': Array(5).fill({ reply: refusal('500 Internal Server Error', 'internal_error') }),
  '401 token expired': once(refusal('401 Unauthorized', 'token_expired')),
  '401 loop': Array(5).fill({ reply: refusal('401 Unauthorized', 'token_expired') }),
  '404 conversation gone': once(refusal('404 Not Found', 'not_found')),
  '409 idempotency in progress': once(refusal('409 Conflict', 'answer_in_progress'), true),
  '413 message too long': once(refusal('413 Content Too Large', 'payload_too_large')),
  '200 but text/html': once(reply('200 OK', 'text/html', '<h1>Sign in</h1>')),
  '200 but application/json': once(reply('200 OK', 'application/json', '{"hello":1}')),
  '302 to a login page': once(reply('302 Found', 'text/html', '', 'Location: http://127.0.0.1:1/login\r\n')),
};

interface Run {
  readonly world: World;
  readonly proxy: FaultProxy;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly url: string;
  readonly question: string;
}

/** What a visitor or the world does, by the case's name; those that are not here only ask. */
const ACTS: Readonly<Record<string, (run: Run) => Promise<Page>>> = {
  async 'duplicate POST by a double click'({ page, question }) {
    await page.locator('textarea').fill(question);
    await page.locator('button.send').dblclick();
    return page;
  },
  async 'stop pressed'({ world, page, question }) {
    const answer = held(world.model);
    await ask(page, question);
    await begun(page);
    // The panel draws by the page's clock.
    await page.clock.runFor(500);
    await page.getByRole('button', { name: 'Stop' }).click();
    answer.letGo();
    return page;
  },
  async 'page closed mid-answer'({ world, context, page, url, question }) {
    const answer = held(world.model);
    await ask(page, question);
    await begun(page);
    await page.close();
    answer.letGo();
    return open(context, url);
  },
  async 'clock jumps 1 h'({ world, page, question }) {
    const answer = held(world.model);
    await ask(page, question);
    await begun(page);
    await page.clock.setSystemTime(Date.now() + 3_600_000);
    answer.letGo();
    return page;
  },
  async 'HTTP/1.1 six-connection limit, 8 tabs'({ context, url, page, question }) {
    const tabs = [page];
    while (tabs.length < 8) tabs.push(await open(context, url));
    await ask(tabs.at(-1)!, question);
    return tabs.at(-1)!;
  },
  async 'model backend 20 s to first token'({ world, page, question }) {
    let letGo = () => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    world.model.respond({ tokens: WORDS, hold: { after: 0, until } });
    await ask(page, question);
    await page.waitForFunction('document.querySelector("assisters-chat").getState().responding');
    // The page's clock only: nothing in it gives up.
    await page.clock.fastForward(20_000);
    letGo();
    return page;
  },
  async 'model emits 200 KB'({ world, page, question }) {
    world.model.respond({ tokens: Array.from({ length: 200 }, (_, index) => `${index} ${'word '.repeat(200)}\n\n`) });
    await ask(page, question);
    return page;
  },
  async 'model backend never answers'({ page, question }) {
    await ask(page, question);
    // The server's own clock: it gives the model up after a minute, and says so.
    await page.waitForFunction(
      'document.querySelector("assisters-chat").getState().messages.at(-1)?.status === "failed"',
      undefined,
      { timeout: 120_000, polling: 500 },
    );
    return page;
  },
  async 'slow reader: client reads 100 B/s'(run) {
    const { world, page, question } = run;
    world.model.respond({ tokens: Array.from({ length: 60 }, (_, index) => `${index} ${'word '.repeat(200)}\n\n`) });
    await ask(page, question);
    await begun(page);
    const path = await answerPath(run);
    const slow = new StreamCollector();
    const line = await opened(run, `${path}/stream`);
    let over = false;
    const reading = (async () => {
      while (!over) {
        const bytes = line.read(100) as Buffer | null;
        if (bytes) slow.push(bytes);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    })();
    // It holds up nobody, and gets the rest when it comes back.
    await ended(page, run.proxy);
    over = true;
    await reading;
    line.destroy();
    const had = slow.state.content.length;
    const rest = await opened(run, `${path}/stream`, { 'Last-Event-ID': String(had) });
    const more = new StreamCollector();
    for await (const bytes of rest) more.push(bytes as Buffer);
    const { content } = await world.server
      .api<{ content: string }>('GET', path.replace(/\/[^/]*$/, ''))
      .then((list) => {
        const { messages } = list as unknown as { messages: { content: string }[] };
        return messages.at(-1)!;
      });
    const tail = more.events.map(({ event }) => (event.type === 'delta' ? event.content : '')).join('');
    if (slow.state.content + tail !== content) throw new Error('the slow reader has another text');
    return page;
  },
  async '10 000 idle streams'(run) {
    const { world, page, question } = run;
    const idle = held(world.model);
    const other = await othersAnswer(run);
    const lines = await Promise.all(
      Array.from({ length: IDLE_STREAMS }, () => opened(run, `${other}/stream`, asServer(run))),
    );
    world.model.respond({ tokens: prose(7), paceMs: 60 });
    await ask(page, question);
    await ended(page, run.proxy);
    idle.letGo();
    for (const line of lines) line.destroy();
    return page;
  },
  async 'last-event-id forged to another message'(run) {
    const other = await othersAnswer(run);
    await ask(run.page, run.question);
    await begun(run.page);
    await refused(run, `${other}/stream`, '5', 404);
    return run.page;
  },
  async 'last-event-id not a number'(run) {
    await ask(run.page, run.question);
    await begun(run.page);
    await refused(run, `${await answerPath(run)}/stream`, "1' or 1=1", 400);
    return run.page;
  },
  'content-type upper case': (run) => rewritten(run, 'TEXT/EVENT-STREAM'),
  'gzip buffered by a proxy': (run) => rewritten(run, 'text/event-stream'),
};

/** Takes a minute of the server's own clock: its seeds run side by side, and the short run leaves it out. */
const A_MINUTE = 'model backend never answers';
/** Of the 10 000 of the corpus, in each run; what one costs is measured by `bench/server-stream.ts`. */
const IDLE_STREAMS = 500;

/** Where the visitor's answer is, below the base path. */
async function answerPath({ world, page }: Run): Promise<string> {
  const { conversationId } = await state(page);
  const path = `/conversations/${conversationId}/messages`;
  const { messages } = await world.server.api<{ messages: { readonly id: string }[] }>('GET', path);
  return `${path}/${messages.at(-1)!.id}`;
}

/** Where an answer is that is not the visitor's; it has begun. */
async function othersAnswer({ world }: Run): Promise<string> {
  const { id } = await world.server.api<{ id: string }>('POST', '/conversations', { assistant_id: world.writer });
  const path = `/conversations/${id}/messages`;
  const content = 'How long is the warranty of a lamp?';
  void world.server.api('POST', path, { content }).catch(() => {});
  for (;;) {
    const { messages } = await world.server.api<{ messages: { id: string; content: string }[] }>('GET', path);
    if (messages[1]?.content) return `${path}/${messages[1].id}`;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const asServer = ({ world }: Run) => ({ Authorization: `Bearer ${world.server.secretKey}` });

/** The visitor's own credential, which the widget keeps. */
async function asVisitor({ page }: Run): Promise<Record<string, string>> {
  const token = await page.evaluate(
    () =>
      Object.values(localStorage)
        .find((value) => value.startsWith('1\n'))!
        .split('\n')[1]!,
  );
  return { Authorization: `Bearer ${token}`, Origin: new URL(page.url()).origin };
}

/** A line to the server past proxy and browser, at the first byte of its answer. */
async function opened(run: Run, path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const all = { ...(headers.Authorization ? {} : await asVisitor(run)), ...headers };
  return new Promise((resolve, reject) => {
    const { port } = run.world.server;
    request({ host: '127.0.0.1', port, path: `/v1${path}`, headers: all, agent: false }, (answer) => {
      // Ended by us, at last.
      answer.on('error', () => {});
      answer.once('readable', () => resolve(answer));
    })
      .on('error', reject)
      .end();
  });
}

async function refused(run: Run, path: string, after: string, status: number): Promise<void> {
  const answer = await opened(run, path, { 'Last-Event-ID': after });
  answer.destroy();
  if (answer.statusCode !== status) throw new Error(`${answer.statusCode} where ${status} was due`);
}

/** The answer comes as one piece, after its end, under another content type. */
async function rewritten({ context, page, question }: Run, type: string): Promise<Page> {
  await context.route('**/messages/stream', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), 'content-type': type } });
  });
  await ask(page, question);
  return page;
}

async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(url);
  const launcher = page.locator('.launcher');
  if ((await launcher.getAttribute('aria-expanded')) !== 'true') await launcher.click();
  await page.locator('textarea').first().waitFor();
  return page;
}

async function ask(page: Page, question: string): Promise<void> {
  await page.locator('textarea').fill(question);
  await page.locator('textarea').press('Enter');
}

const begun = (page: Page) =>
  page.waitForFunction(
    '(({ role, content }) => role === "assistant" && content.length > 5)(document.querySelector("assisters-chat").getState().messages.at(-1))',
  );

interface Snapshot {
  readonly conversationId: string | null;
  readonly responding: boolean;
  readonly messages: readonly { readonly role: string; readonly content: string; readonly status: string }[];
}
const state = (page: Page) =>
  page.evaluate(
    () => (document.querySelector('assisters-chat') as unknown as { getState(): unknown }).getState() as Snapshot,
  );

/** Waits for the end of the answer as a patient visitor does: presses “Try again” where it is offered. */
async function ended(page: Page, proxy: FaultProxy): Promise<Snapshot> {
  const over = new AbortController();
  // A line that fell silent is noticed by the page's clock, which need not be waited for.
  const watch = async () => {
    while (!over.signal.aborted) {
      await proxy.silence(over.signal);
      await page.clock.fastForward(46_000).catch(() => {});
    }
  };
  void watch();
  try {
    for (let turn = 0; turn < 400; turn++) {
      const now = await state(page);
      const last = now.messages.at(-1);
      if (last?.role === 'assistant' && /^(complete|stopped)$/.test(last.status) && !now.responding) return now;
      const again = page.locator('.error button:enabled');
      if (!now.responding && (await again.count()) > 0) await again.last().click();
      await page.clock.runFor(250);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`no end: ${JSON.stringify(await state(page)).slice(0, 300)}`);
  } finally {
    over.abort();
  }
}

/** What of a run is not as it must be; `null`: all is. */
async function check({ world, page, proxy }: Run): Promise<string | null> {
  const shown = await ended(page, proxy);
  const path = `/conversations/${shown.conversationId}/messages`;
  const { messages } = await world.server.api<{ messages: Snapshot['messages'] }>('GET', path);
  const roles = (list: Snapshot['messages']) => list.map(({ role }) => role).join();
  if (roles(messages) !== 'user,assistant') return `the server has ${roles(messages)}`;
  if (roles(shown.messages) !== 'user,assistant') return `the widget shows ${roles(shown.messages)}`;
  const [here, there] = [shown.messages[1]!, messages[1]!];
  if (here.content !== there.content) return `${here.content.length} characters of ${there.content.length}`;
  if (here.content.length === 0 && here.status === 'complete') return 'an empty answer';
  return here.status === there.status ? null : `${here.status}, on the server ${there.status}`;
}

/**
 * Every case of the corpus of faults through the built widget in a browser, against the built server, with `seeds` answers
 * each: the answer shown is the server's, byte for byte, and there is one question and one answer.
 *
 * @param every takes each n-th case only, for a short run
 * @param only cases whose name holds this text
 */
export async function faultDrill({
  seeds,
  every = 1,
  only = '',
  onProgress,
}: {
  seeds: number;
  every?: number;
  only?: string;
  onProgress?: (done: string) => void;
}): Promise<FaultReport> {
  const all = corpus<Case>('stream-faults');
  const cases = all.filter(
    ({ name }, index) => name.includes(only) && index % every === 0 && (every === 1 || name !== A_MINUTE),
  );
  const site = await Site.start();
  const world = await createWorld(site.origin);
  const proxy = await faultProxy(world.server.port);
  const browser: Browser = await chromium.launch(chromiumLaunch());
  const broken: string[] = [];
  let runs = 0;
  const url = site.put('/', {
    csp: null,
    body: `<script async src="http://127.0.0.1:${proxy.port}/assisters.js" data-publishable-key="${world.publishableKey}" data-assistant-id="${world.writer}"></script>`,
  });
  try {
    const play = async ({ name, fault }: Case, seed: number): Promise<void> => {
      runs += 1;
      const context = await browser.newContext();
      try {
        const page = await open(context, url);
        const played = proxy.played();
        const how = (['RST', 'FIN', 'silence'] as const).find((way) => fault.how?.startsWith(way));
        const planned = fault.at ? [{ at: fault.at, how } as Cut] : (REPLIES[name] ?? []);
        proxy.plan(...planned);
        // The model is asked only when the handbook holds something on it.
        const question = 'How long is the warranty of a lamp?';
        const run = { world, proxy, context, page, url, question };
        const act = ACTS[name];
        if (!act && planned.length === 0) throw new Error('nothing is known of this case');
        if (!act) await ask(page, question);
        const wrong = await check({ ...run, page: act ? await act(run) : page });
        if (wrong) broken.push(`${name}, ${seed}: ${wrong}`);
        else if (planned.length > 0 && proxy.played() === played) broken.push(`${name}, ${seed}: no fault happened`);
      } catch (error) {
        broken.push(`${name}, ${seed}: ${(error as Error).message.slice(0, 600)}`);
      } finally {
        proxy.forget();
        await context.close();
      }
    };
    for (const one of cases) {
      const all = Array.from({ length: seeds }, (_, index) => index + 1);
      if (one.name === A_MINUTE) {
        const silent = { fault: 'silence', after: 0 } as const;
        world.model.respond(...all.map(() => silent), { tokens: prose(1) });
        await Promise.all(all.map((seed) => play(one, seed)));
      } else
        for (const seed of all) {
          // Slowly enough that the server tells it in several pieces.
          world.model.respond({ tokens: prose(seed), paceMs: 60 });
          await play(one, seed);
        }
      onProgress?.(`${one.name}: ${seeds} runs, ${broken.length} broken so far`);
    }
    return { cases: cases.length, runs, played: proxy.played(), broken };
  } finally {
    await browser.close();
    await proxy.close();
    await world.dispose();
    await site.close();
  }
}
