import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { seededRandom } from '../../test/random.ts';
import { BRIDGE_VERSION, type Command, linkFrame, linkParent, type Report } from './bridge.ts';

/**
 * Real windows: this page, an iframe that is the partner, a second one of the same origin that is a stranger, and a
 * sandboxed one, whose origin is opaque.
 */
const TOKEN = 'token-of-this-run';
const hello = { assisters: BRIDGE_VERSION, step: 'hello', token: TOKEN };
const welcome = { ...hello, step: 'welcome' };
let owner: AbortController;
let frames: HTMLIFrameElement[];

function frame(sandboxed = false): Promise<Window> {
  const element = document.createElement('iframe');
  if (sandboxed) element.setAttribute('sandbox', 'allow-scripts');
  // An opaque origin cannot be scripted from here, so the sandboxed one says what it is told to.
  const echo = '<script>onmessage = (event) => parent.postMessage(event.data, "*")</script>';
  element.srcdoc = `<!doctype html><title>window</title>${sandboxed ? echo : ''}`;
  frames.push(element);
  const loaded = new Promise<Window>((resolve) => {
    element.addEventListener('load', () => resolve(element.contentWindow!), { once: true });
  });
  document.body.append(element);
  return loaded;
}

/** Has `from` post to this page: same-origin frames through their own realm, so that `event.source` is theirs. */
function post(from: Window, message: unknown, ports: MessagePort[] = []): void {
  const send = (from as unknown as { Function: FunctionConstructor }).Function(
    'message',
    'ports',
    'parent.postMessage(message, "*", ports)',
  ) as (message: unknown, ports: MessagePort[]) => void;
  send(message, ports);
}

/** Everything posted so far has been delivered when a message of our own comes round. */
function delivered(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    const mark = { mark: Math.random() };
    const seen = (event: MessageEvent) => {
      if ((event.data as { mark?: number } | null)?.mark !== mark.mark) return;
      window.removeEventListener('message', seen);
      port2.postMessage(null);
    };
    window.addEventListener('message', seen);
    window.postMessage(mark, window.origin);
  });
}

/** Shapes an attacker would try: nearly right handshakes, commands, reports, and noise. */
function forgeries(count: number): unknown[] {
  const random = seededRandom(20261123);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  return Array.from({ length: count }, () =>
    pick<() => unknown>([
      () => ({ ...hello, token: String(random()) }),
      () => ({ ...hello, assisters: pick([0, 2, '1', null, [1], true]) }),
      () => ({ ...hello, step: pick(['hullo', '', null, 'welcome', {}]) }),
      () => ({ ...hello, token: pick([undefined, null, '', [TOKEN], { toString: 'x' }, 0]) }),
      () => ({ type: pick(['open', 'close', 'reset', 'shutdown', 'ready']) }),
      () => ({ type: 'send', text: 'buy now' }),
      () => ({ type: 'unread', count: 7 }),
      () => ({ type: 'act', id: pick([0, 1, 2]), name: 'order', arguments: {} }),
      () => ({ type: 'acted', id: pick([0, 1, 2]), result: { content: 'forged' } }),
      () => ({ type: 'event', name: 'assisters:message', detail: { message: 'forged' } }),
      () => pick([null, undefined, 0, '', 'hello', JSON.stringify(hello), [hello], new Map([['assisters', 1]])]),
    ])(),
  );
}

beforeEach(() => {
  owner = new AbortController();
  frames = [];
});
afterEach(() => {
  owner.abort();
  for (const element of frames) element.remove();
});

describe('the page', () => {
  function link(partner: Window) {
    const heard: Report[] = [];
    const sent = linkFrame({
      window,
      frame: () => partner,
      origin: window.origin,
      token: TOKEN,
      heard: (report) => heard.push(report),
      signal: owner.signal,
    });
    return { heard, ...sent };
  }

  /** Completes the handshake as the partner and gives its port. */
  async function shakeHands(partner: Window): Promise<MessagePort> {
    const answered = new Promise<MessagePort>((resolve) => {
      partner.addEventListener('message', (event) => {
        if ((event.data as { step?: string }).step === 'welcome') resolve(event.ports[0]!);
      });
    });
    post(partner, hello);
    return answered;
  }

  test('1,000 forged messages change nothing and are not answered', async () => {
    const [partner, stranger, opaque] = [await frame(), await frame(), await frame(true)];
    const { heard } = link(partner);
    const answers: unknown[] = [];
    for (const window of [partner, stranger]) window.addEventListener('message', (event) => answers.push(event.data));
    for (const forged of forgeries(1_000)) post(partner, forged);
    // The right words from the wrong window, and from the wrong origin.
    post(stranger, hello);
    window.postMessage(hello, window.origin);
    const said = new Promise((resolve) => {
      window.addEventListener('message', (event) => event.source === opaque && resolve(event.data));
    });
    opaque.postMessage(hello, '*');
    expect(await said).toEqual(hello);
    await delivered();
    expect(heard).toEqual([]);
    expect(answers).toEqual([]);

    // The control: the same page answers the one that fits.
    const port = await shakeHands(partner);
    expect(String(port)).toBe('[object MessagePort]');
  });

  // The negative control: without what the browser says about a message's sender, the same strangers get in.
  test.each(['source', 'origin'] as const)('a page that could not tell the %s would be taken in', async (name) => {
    const [partner, stranger, opaque] = [await frame(), await frame(), await frame(true)];
    link(name === 'source' ? partner : opaque);
    const opened = vi.spyOn(MessagePort.prototype, 'start');
    const send = () => {
      const heard = new Promise((resolve) => {
        window.addEventListener('message', resolve, { once: true });
      });
      if (name === 'source') post(stranger, hello);
      else opaque.postMessage(hello, '*');
      return heard;
    };
    try {
      await send();
      expect(opened).not.toHaveBeenCalled();
      const lie = name === 'source' ? partner : window.origin;
      vi.spyOn(MessageEvent.prototype, name, 'get').mockReturnValue(lie as never);
      await send();
      expect(opened).toHaveBeenCalledOnce();
    } finally {
      vi.restoreAllMocks();
    }
  });

  test('after the handshake only the port counts, and only what fits the schema', async () => {
    const [partner, stranger] = [await frame(), await frame()];
    const { heard } = link(partner);
    const port = await shakeHands(partner);
    for (const forged of forgeries(1_000)) {
      post(partner, forged);
      post(stranger, forged);
    }
    await delivered();
    expect(heard).toEqual([]);
    port.postMessage({ type: 'event', name: 'click', detail: null });
    port.postMessage({ type: 'unread', count: 2 });
    await expect.poll(() => heard).toEqual([{ type: 'unread', count: 2 }]);
  });

  test('commands given before the handshake arrive after it, in order', async () => {
    const partner = await frame();
    const { send } = link(partner);
    send({ type: 'open' });
    send({ type: 'send', text: 'one' });
    const port = await shakeHands(partner);
    const got: unknown[] = [];
    port.onmessage = (event) => got.push(event.data);
    send({ type: 'close' });
    await expect.poll(() => got).toEqual([{ type: 'open' }, { type: 'send', text: 'one' }, { type: 'close' }]);
  });

  test('nothing is heard after the end', async () => {
    const partner = await frame();
    const { heard } = link(partner);
    const port = await shakeHands(partner);
    owner.abort();
    port.postMessage({ type: 'ready' });
    post(partner, hello);
    await delivered();
    expect(heard).toEqual([]);
  });
});

describe('the iframe', () => {
  test('1,000 forged messages change nothing; the first right welcome counts, a second does not', async () => {
    const [parent, stranger] = [await frame(), await frame()];
    const heard: Command[] = [];
    linkParent({
      window,
      parent,
      origin: window.origin,
      token: TOKEN,
      heard: (command) => heard.push(command),
      signal: owner.signal,
    });
    const theirs = new MessageChannel();
    for (const forged of forgeries(1_000)) post(parent, forged);
    post(stranger, welcome, [theirs.port2]);
    await delivered();
    theirs.port1.postMessage({ type: 'reset' });
    // Two ports, or none, are not a welcome.
    const [first, second] = [new MessageChannel(), new MessageChannel()];
    post(parent, welcome, [first.port2, second.port2]);
    post(parent, welcome);
    await delivered();
    for (const channel of [first, second]) channel.port1.postMessage({ type: 'reset' });

    const [right, late] = [new MessageChannel(), new MessageChannel()];
    post(parent, welcome, [right.port2]);
    post(parent, welcome, [late.port2]);
    await delivered();
    late.port1.postMessage({ type: 'reset' });
    right.port1.postMessage({ type: 'eval', text: '1' });
    right.port1.postMessage({ type: 'open' });
    await expect.poll(() => heard).toEqual([{ type: 'open' }]);
  });
});
