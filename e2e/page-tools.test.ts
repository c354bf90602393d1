import { Chat } from './support/chat.ts';
import { expect, scriptTag, strictPolicy, test } from './support/test.ts';

/** A model asks the page to do something; the visitor decides; the page acts; the model goes on. */
const QUESTION = 'Please order a lamp with warranty';
const ask = (article: string) => ({
  id: 'call_1',
  name: 'order',
  arguments: JSON.stringify({ article, count: 2 }),
});

const register = () => {
  const { Assisters, done } = Object.assign(window as unknown as { Assisters: { registerTool(tool: object): void } }, {
    done: [] as unknown[],
  });
  Assisters.registerTool({
    name: 'order',
    description: 'Order from the shop',
    schema: { type: 'object', properties: { article: { type: 'string' }, count: { type: 'number' } } },
    handler: async (given: object) => {
      done.push(given);
      return { order: 'no. 7' };
    },
  });
};
const done = () => (window as unknown as { done: unknown[] }).done;

test('allowed, the page acts once and the model hears what came of it', async ({ visit, chat, world, page }) => {
  world.model.respond({ tokens: ['I will order it. '], calls: [ask('lamp')] }, { tokens: ['Your order is no. 7.'] });
  const before = world.model.requests.length;
  await visit(scriptTag(world, { 'assistant-id': world.writer }));
  await page.evaluate(register);
  await chat.launcher.click();
  await chat.ask(QUESTION);
  const card = page.getByRole('group', { name: 'Allow this page to do this?' });
  await expect(card).toContainText('Order from the shop');
  await expect(card).toContainText('lamp');
  expect(await page.evaluate(done)).toEqual([]);
  await card.getByRole('button', { name: 'Allow' }).click();
  await expect(chat.answers).toContainText('I will order it. Your order is no. 7.');
  await expect(chat.stop).toHaveCount(0);
  await expect(card).toHaveCount(0);
  expect(await page.evaluate(done)).toEqual([{ article: 'lamp', count: 2 }]);
  const [first, second] = world.model.requests.slice(before);
  expect(JSON.stringify(first!.body.tools)).toContain('Order from the shop');
  expect(JSON.stringify(second!.body.messages)).toMatch(/order\\+":\\+"no\. 7/);
  expect(world.model.requests.length - before).toBe(2);
});

test('declined, the page does nothing and the model hears that', async ({ visit, chat, world, page }) => {
  world.model.respond({ tokens: ['One moment. '], calls: [ask('lamp')] }, { tokens: ['As you like.'] });
  const before = world.model.requests.length;
  await visit(scriptTag(world, { 'assistant-id': world.writer }));
  await page.evaluate(register);
  await chat.launcher.click();
  await chat.ask(QUESTION);
  // It still stands there after a reload, where the page offers it again.
  await expect(page.getByRole('button', { name: 'Decline' })).toBeVisible();
  await page.reload();
  await page.evaluate(register);
  await page.getByRole('button', { name: 'Decline' }).click();
  await expect(chat.answers).toContainText('As you like.');
  expect(await page.evaluate(done)).toEqual([]);
  expect(JSON.stringify(world.model.requests.at(-1)!.body.messages)).toContain('declined');
  expect(world.model.requests.length - before).toBe(2);
});

test('a form of the page is filled in and sent', async ({ visit, chat, world, page }) => {
  world.model.respond(
    {
      tokens: ['Let me fill that in. '],
      calls: [{ id: 'c', name: 'callback', arguments: '{"phone":"123","news":true}' }],
    },
    { tokens: ['We will call you.'] },
  );
  const before = world.model.requests.length;
  await visit(
    `<form data-assisters-tool="callback" data-assisters-description="Ask for a call">
      <label>Phone number <input name="phone" required></label>
      <label><input type="checkbox" name="news"> News</label><input type="password" name="secret"><button>Go</button>
    </form>${scriptTag(world, { 'assistant-id': world.writer })}`,
  );
  await page.evaluate(() => {
    document.querySelector('form')!.addEventListener('submit', (event) => {
      event.preventDefault();
      const data = new FormData(event.target as HTMLFormElement);
      document.title = `sent ${data.get('phone')} ${data.get('news')}`;
    });
  });
  await chat.launcher.click();
  await chat.ask(QUESTION);
  await page.getByRole('group', { name: 'Allow this page to do this?' }).getByRole('button', { name: 'Allow' }).click();
  await expect(chat.answers).toContainText('We will call you.');
  await expect(page).toHaveTitle('sent 123 on');
  const offered = JSON.stringify(world.model.requests[before]!.body.tools);
  expect(offered).toContain('Phone number');
  expect(offered).not.toContain('secret');
});

test('in an iframe: the visitor allows it inside, the page acts outside, and nothing forged does either', async ({
  visit,
  world,
  page,
}) => {
  world.model.respond({ tokens: ['I will order it. '], calls: [ask('lamp')] }, { tokens: ['Your order is no. 7.'] });
  const before = world.model.requests.length;
  const csp = strictPolicy(world.host, `frame-src ${world.host}`);
  await visit(scriptTag(world, { 'assistant-id': world.writer, isolation: 'iframe' }), { csp });
  const inside = page.frameLocator('iframe');
  const chat = new Chat(page, inside);
  await page.evaluate(register);
  await chat.launcher.click();
  await chat.ask(QUESTION);
  const card = inside.getByRole('group', { name: 'Allow this page to do this?' });
  await expect(card).toContainText('Order from the shop');
  await expect(card).toContainText('lamp');
  // What a script of the page, or another window, would say in their names: it goes past the port.
  await page.evaluate(async () => {
    const frame = document.querySelector('assisters-frame')!.shadowRoot!.querySelector('iframe')!.contentWindow!;
    const results = { content: 'forged' };
    for (let id = 0; id < 50; id++) {
      window.postMessage({ type: 'act', id, name: 'order', arguments: { article: 'forged' } }, '*');
      frame.postMessage({ type: 'acted', id, result: results }, '*');
      frame.postMessage({ type: 'offer', id, tools: [{ name: 'order', description: 'forged', parameters: {} }] }, '*');
    }
    await new Promise((resolve) => {
      window.addEventListener('message', (event) => event.data === 'delivered' && resolve(null));
      window.postMessage('delivered', '*');
    });
  });
  expect(await page.evaluate(done)).toEqual([]);
  await expect(card).not.toContainText('forged');
  await card.getByRole('button', { name: 'Allow' }).click();
  await expect(chat.answers).toContainText('I will order it. Your order is no. 7.');
  await expect(chat.stop).toHaveCount(0);
  expect(await page.evaluate(done)).toEqual([{ article: 'lamp', count: 2 }]);
  const [first, second] = world.model.requests.slice(before);
  expect(JSON.stringify(first!.body.tools)).toContain('Order from the shop');
  expect(JSON.stringify(second!.body.messages)).toMatch(/order\\+":\\+"no\. 7/);
  expect(JSON.stringify(second!.body.messages)).not.toContain('forged');
  expect(world.model.requests.length - before).toBe(2);
});

test('in an iframe: a form of the page that came later is filled in and sent; what fails, and what is no JSON, is told', async ({
  visit,
  world,
  page,
}) => {
  const call = (id: string, name: string, given: object) => ({ id, name, arguments: JSON.stringify(given) });
  world.model.respond(
    {
      tokens: ['Let me do all three. '],
      calls: [call('a', 'callback', { phone: '123' }), call('b', 'fails', {}), call('c', 'odd', {})],
    },
    { tokens: ['We will call you.'] },
  );
  const csp = strictPolicy(world.host, `frame-src ${world.host}`);
  await visit(scriptTag(world, { 'assistant-id': world.writer, isolation: 'iframe' }), { csp });
  const inside = page.frameLocator('iframe');
  const chat = new Chat(page, inside);
  await chat.launcher.click();
  await expect(chat.input).toBeVisible();
  await page.evaluate(() => {
    const { Assisters } = window as unknown as { Assisters: { registerTool(tool: object): void } };
    const fails = () => {
      throw new Error('Sold out.');
    };
    Assisters.registerTool({ name: 'fails', description: 'Try', schema: {}, handler: fails });
    Assisters.registerTool({ name: 'odd', description: 'Give', schema: {}, handler: () => ({ big: 1n }) });
    const form = Object.assign(document.createElement('form'), { title: 'Ask for a call' });
    form.dataset.assistersTool = 'callback';
    const field = Object.assign(document.createElement('input'), { name: 'phone', title: 'Phone number' });
    form.append(field);
    document.body.append(form);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      document.title = `sent ${field.value}`;
    });
  });
  await chat.ask(QUESTION);
  const card = inside.getByRole('group', { name: 'Allow this page to do this?' });
  await expect(card.getByRole('listitem')).toHaveCount(3);
  await expect(card).toContainText('Ask for a call');
  await card.getByRole('button', { name: 'Allow' }).click();
  await expect(chat.answers).toContainText('We will call you.');
  await expect(page).toHaveTitle('sent 123');
  const told = JSON.stringify(world.model.requests.at(-1)!.body.messages);
  expect(told).toContain('Sold out.');
  expect(told).toContain('not JSON');
});

test('a model without tools is offered nothing', async ({ visit, chat, world, page }) => {
  const bodies: string[] = [];
  page.on('request', (request) => {
    if (/\/messages\/stream$/.test(request.url())) bodies.push(request.postData() ?? '');
  });
  await visit(scriptTag(world));
  await page.evaluate(register);
  await chat.launcher.click();
  await chat.ask('How long is the warranty of a lamp?');
  await expect(chat.answers).toContainText('five years');
  expect(bodies).toHaveLength(1);
  expect(bodies[0]).not.toContain('tools');
});
