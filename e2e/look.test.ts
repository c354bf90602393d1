import type { Page } from '@playwright/test';
import { Chat } from './support/chat.ts';
import { expect, scriptTag, strictPolicy, test } from './support/test.ts';
import type { World } from './support/world.ts';

/** What the chat takes on of its page, and of its visitor's wishes. */

const PURPLE = 'rgb(122, 31, 162)';
const GREEN = 'rgb(10, 125, 0)';
const PAGE = `<style nonce="abc">
  body { font-family: "Liberation Serif", Georgia, fantasy; background: #fff }
  .cta { background: ${PURPLE}; color: #fff; border: 0; border-radius: 5px }
</style>`;
const styled = (world: World) => `style-src 'nonce-abc'; frame-src ${world.host}`;
const QUESTION = 'How long is the warranty of a lamp?';

/** Ways in which pages turn dark while they stand there, and back. */
const SWITCHES: Readonly<Record<string, readonly [on: () => void, off: () => void]>> = {
  'data-theme': [
    () => document.documentElement.setAttribute('data-theme', 'dark'),
    () => document.documentElement.removeAttribute('data-theme'),
  ],
  'the class dark': [
    () => document.documentElement.classList.add('dark'),
    () => document.documentElement.classList.remove('dark'),
  ],
  'color-scheme': [
    () => document.documentElement.style.setProperty('color-scheme', 'dark'),
    () => document.documentElement.style.removeProperty('color-scheme'),
  ],
};

for (const isolation of ['shadow', 'iframe'] as const) {
  test(`${isolation}: theme="auto" takes accent, radius and font of the page, and follows it live`, async ({
    visit,
    world,
    page,
  }) => {
    await visit(`<button class="cta">Buy a lamp</button>${scriptTag(world, { theme: 'auto', isolation })}`, {
      head: PAGE,
      csp: strictPolicy(world.host, styled(world)),
    });
    const inside = isolation === 'iframe' ? page.frameLocator('iframe') : page;
    const chat = new Chat(page, inside);
    // Before anything of it is loaded, and after.
    await expect(chat.launcher).toHaveCSS('background-color', PURPLE);
    await chat.launcher.click();
    await expect(chat.input).toBeVisible();
    await expect(chat.launcher).toHaveCSS('background-color', PURPLE);
    await chat.ask(QUESTION);
    await expect(chat.answers).toContainText('five years');
    const bubble = chat.questions.locator('.bubble');
    const root = chat.panel.locator('xpath=..');
    await expect(chat.panel.locator('.avatar').first()).toHaveCSS('background-color', PURPLE);
    // Corners of the panel are twice those of a button; in an iframe they are the iframe's.
    if (isolation === 'shadow') {
      await expect(chat.panel).toHaveCSS('border-top-left-radius', '10px');
      await expect(chat.input).toHaveCSS('font-family', /^"Liberation Serif", Georgia, fantasy$/);
      await expect(bubble).toHaveCSS('font-family', /^"Liberation Serif", Georgia, fantasy$/);
    }
    for (const [name, [on, off]] of Object.entries(SWITCHES)) {
      await test.step(name, async () => {
        await expect(root).not.toHaveClass(/\bdark\b/);
        await page.evaluate(on);
        await expect(root).toHaveClass(/\bdark\b/);
        await page.evaluate(off);
        await expect(root).not.toHaveClass(/\bdark\b/);
      });
    }
    await page.evaluate((green) => document.documentElement.style.setProperty('--brand', green), GREEN);
    await expect(chat.launcher).toHaveCSS('background-color', GREEN);
    await expect(chat.panel.locator('.avatar').first()).toHaveCSS('background-color', GREEN);
  });
}

const WAYS: Readonly<Record<string, (world: World) => string>> = {
  'the pasted script': (world) => scriptTag(world),
  'the element': (world) =>
    `<script type="module" src="${world.host}/assisters-chat.js"></script>` +
    `<assisters-chat theme="auto" publishable-key="${world.publishableKey}" assistant-id="${world.docs}"></assisters-chat>`,
};
for (const [name, body] of Object.entries(WAYS)) {
  test(`${name}: a brand that only a custom property names is that of launcher and panel`, async ({
    visit,
    world,
    page,
    chat,
  }) => {
    await visit(body(world), {
      head: `<style nonce="abc">:root { --brand: ${GREEN} }</style>`,
      csp: strictPolicy(world.host, styled(world)),
    });
    await expect(chat.launcher).toHaveCSS('background-color', GREEN);
    await chat.launcher.click();
    await expect(chat.input).toBeVisible();
    await expect(chat.panel.locator('.avatar').first()).toHaveCSS('background-color', GREEN);
    await expect(chat.launcher).toHaveCSS('background-color', GREEN);
    await page.evaluate((purple) => document.documentElement.style.setProperty('--brand', purple), PURPLE);
    await expect(chat.panel.locator('.avatar').first()).toHaveCSS('background-color', PURPLE);
  });
}

test('so it is where the chat fills the window', async ({ visit, world, chat }) => {
  const head = `<style nonce="abc">:root { --brand: ${GREEN} }</style>`;
  await visit(scriptTag(world, { mode: 'fullpage' }), { head, csp: strictPolicy(world.host, styled(world)) });
  await expect(chat.input).toBeVisible();
  await expect(chat.panel.locator('.avatar').first()).toHaveCSS('background-color', GREEN);
});

test('a theme that is named leaves the page’s colours and switches alone', async ({ visit, world, page, chat }) => {
  await visit(`<button class="cta">Buy a lamp</button>${scriptTag(world, { theme: 'light', open: '' })}`, {
    head: PAGE,
    csp: strictPolicy(world.host, styled(world)),
  });
  await expect(chat.input).toBeVisible();
  await page.evaluate(SWITCHES['data-theme']![0]);
  // Two frames: what follows the page would have followed.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(chat.panel.locator('xpath=..')).not.toHaveClass(/\bdark\b/);
  await expect(chat.launcher).not.toHaveCSS('background-color', PURPLE);
});

/** What would move in the chat, now or when it changes: an element, or one that its style makes, with a duration. */
const moving = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelector('assisters-chat')!.shadowRoot!.querySelectorAll('*')) {
      for (const part of ['', '::before', '::after']) {
        const style = getComputedStyle(element, part);
        const lasts = (durations: string) => durations.split(',').some((duration) => Number.parseFloat(duration) > 0);
        const animated = style.animationName !== 'none' && lasts(style.animationDuration);
        const changes = style.transitionProperty !== 'none' && lasts(style.transitionDuration);
        if (animated || changes || style.scrollBehavior === 'smooth')
          found.push(`${element.localName}.${element.className}${part}`);
      }
    }
    return found;
  });

for (const reducedMotion of ['reduce', 'no-preference'] as const) {
  test(`with prefers-reduced-motion: ${reducedMotion}, ${reducedMotion === 'reduce' ? 'nothing' : 'something'} moves`, async ({
    visit,
    world,
    page,
    chat,
  }) => {
    await page.emulateMedia({ reducedMotion });
    await visit(scriptTag(world));
    const found = new Set(await moving(page));
    const look = async () => {
      for (const one of await moving(page)) found.add(one);
    };
    await chat.launcher.click();
    await expect(chat.input).toBeVisible();
    await look();
    await chat.ask(QUESTION);
    await expect(chat.answers).toBeVisible();
    await look();
    await expect(chat.answers).toContainText('five years');
    await chat.sources.first().click();
    await chat.panel.getByRole('button', { name: 'Not helpful' }).click();
    await expect(chat.panel.locator('.feedback')).toBeVisible();
    await chat.panel.getByRole('button', { name: 'More options' }).click();
    await look();
    await chat.panel.getByRole('menuitem', { name: 'Your data' }).click();
    await expect(chat.panel.locator('.data')).toBeVisible();
    await look();
    if (reducedMotion === 'reduce') expect([...found]).toEqual([]);
    else expect(found.size).toBeGreaterThan(5);
  });
}

test.describe('on a touch screen', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('every field is written in 16 px at least, so that no phone zooms into it', async ({ visit, world, chat }) => {
    await visit(scriptTag(world));
    await chat.launcher.tap();
    await chat.ask(QUESTION);
    await expect(chat.answers).toContainText('five years');
    const fields = chat.panel.locator('textarea, input:not([type=file], [type=radio]), select');
    const sizes = () =>
      fields.evaluateAll((all) => all.map((field) => Number.parseFloat(getComputedStyle(field).fontSize)));
    const areLarge = async (count: number) => {
      await expect(fields).toHaveCount(count);
      expect((await sizes()).filter((size) => size < 16)).toEqual([]);
    };
    await areLarge(1);
    await chat.panel.getByRole('button', { name: 'Not helpful' }).tap();
    await areLarge(2);
    await chat.panel.getByRole('button', { name: 'Edit question' }).tap();
    await expect(chat.panel.locator('.edit textarea')).toBeVisible();
    await areLarge(2);
  });
});
