import { expect, scriptTag, test } from './support/test.ts';

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
