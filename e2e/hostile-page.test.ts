import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, scriptTag, test } from './support/test.ts';
import { createKey } from './support/world.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test('an origin that the key does not list is told so, in the panel and in the console', async ({
  visit,
  chat,
  world,
  site,
  problems,
}) => {
  problems.allow(/403 \(Forbidden\)/, /not allowed/i, /origin/i);
  const key = await createKey(world.server, ['https://lamps.example'], [world.docs]);
  await visit(scriptTag(world, { 'publishable-key': key }));
  await chat.launcher.click();
  await expect(chat.panel).toContainText(`not allowed on ${site.origin}`);
  await expect.poll(() => problems.found.some((text) => text.includes('assisters keys'))).toBe(true);
  expect(problems.found.find((text) => text.includes('assisters keys'))).toContain(site.origin);
});

test('calls made before the script has loaded arrive in order', async ({ visit, chat, world, page }) => {
  await page.addInitScript(() => {
    const stub = (...call: unknown[]) => {
      stub.q.push(call);
    };
    stub.q = [] as unknown[][];
    Object.assign(window, { Assisters: stub, opened: 0 });
    stub('on', 'open', () => {
      (window as unknown as { opened: number }).opened += 1;
    });
    stub('setInput', 'What about bulbs?');
    stub('open');
  });
  await visit(scriptTag(world));
  await expect(chat.panel).toBeVisible();
  await expect(chat.input).toHaveValue('What about bulbs?');
  await expect.poll(() => page.evaluate(() => (window as unknown as { opened: number }).opened)).toBe(1);
});

test('methods work in both forms, before and after the chat is there', async ({ visit, chat, world, page }) => {
  await visit(scriptTag(world));
  await expect(chat.launcher).toBeVisible();
  await page.evaluate(() => (window as unknown as { Assisters: { open(): void } }).Assisters.open());
  await expect(chat.panel).toBeVisible();
  await page.evaluate(() => (window as unknown as { Assisters: (method: string) => void }).Assisters('close'));
  await expect(chat.panel).toBeHidden();
  await page.evaluate(() => (window as unknown as { Assisters: (method: string) => void }).Assisters('toggle'));
  await expect(chat.panel).toBeVisible();
});

test('a page that replaces its body, or its whole root, keeps the chat and its conversation', async ({
  visit,
  chat,
  world,
  page,
}) => {
  await visit(scriptTag(world));
  await chat.launcher.click();
  await chat.ask('How long is the warranty of a lamp?');
  await expect(chat.answers).toContainText('five years');
  await page.evaluate(() => {
    const body = document.createElement('body');
    body.append('The next page');
    document.documentElement.replaceChild(body, document.body);
  });
  await expect(page.getByText('The next page')).toBeVisible();
  await expect(chat.panel).toBeVisible();
  await expect(chat.answers).toContainText('five years');

  // The whole root, as frameworks that render <html> do.
  await page.evaluate(() => {
    const root = document.createElement('html');
    root.append(document.createElement('head'), document.createElement('body'));
    root.lastElementChild!.append('Another page');
    document.replaceChild(root, document.documentElement);
  });
  await expect(page.getByText('Another page')).toBeVisible();
  await expect(chat.answers).toContainText('five years');
  await chat.ask('When can I return a lamp?');
  await expect(chat.answers.last()).toContainText('thirty days');
});

test('a script that is included twice makes one chat', async ({ visit, chat, world, page }) => {
  await visit(scriptTag(world) + scriptTag(world));
  await chat.launcher.click();
  await expect(chat.panel).toBeVisible();
  await expect(page.locator('[part=launcher]')).toHaveCount(1);
  await chat.ask('How long is the warranty of a lamp?');
  await expect(chat.questions).toHaveCount(1);
  await expect(chat.answers).toContainText('five years');
});

test('rules and built-ins of the page do not reach the chat', async ({ visit, chat, world, page }) => {
  await page.addInitScript(() => {
    // As Prototype.js and MooTools do.
    Object.assign(Array.prototype, {
      toJSON() {
        return 'patched';
      },
    });
    Object.assign(Object.prototype, { each: () => 'patched' });
    Function.prototype.bind = () => () => 'patched';
  });
  await visit(scriptTag(world), {
    head: `<style>* { display: none !important; visibility: hidden !important }
      :not(:defined), div:empty { opacity: 0 !important } html, body { display: block !important; font-size: 40px }</style>`,
    csp: null,
  });
  await chat.launcher.click();
  await chat.ask('How long is the warranty of a lamp?');
  await expect(chat.answers).toContainText('five years');
  await expect(chat.input).toHaveCSS('font-size', /^1[56]px$/);
});

test('the open chat has no accessibility violation', async ({ visit, chat, world, page }) => {
  await visit(scriptTag(world));
  await chat.launcher.click();
  await chat.ask('How long is the warranty of a lamp?');
  await expect(chat.answers).toContainText('five years');
  await expect(chat.sources.first()).toBeVisible();
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(context: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const found = await axe.run({ include: [['assisters-chat']] });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
  expect(violations).toEqual([]);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('the panel takes the screen and has its own way out', async ({ visit, chat, world, page }) => {
    await visit(scriptTag(world));
    await chat.launcher.tap();
    await expect(chat.panel).toBeVisible();
    await expect.poll(() => chat.panel.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    await expect(chat.launcher).toBeHidden();
    await expect(chat.input).toHaveCSS('font-size', '16px');
    await chat.ask('How long is the warranty of a lamp?');
    await expect(chat.answers).toContainText('five years');
    await expect(chat.input).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await chat.panel.getByRole('button', { name: 'Close chat' }).tap();
    await expect(chat.panel).toBeHidden();
    await expect(chat.launcher).toBeVisible();
  });
});
