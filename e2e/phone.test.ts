import { Chat } from './support/chat.ts';
import { expect, scriptTag, strictPolicy, test } from './support/test.ts';

/** What is a visitor's whose screen the panel takes. */
test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

const state = () => history.state as Record<string, unknown> | null;

test('Back closes the panel and stays on the page, whose state is left as it was', async ({
  visit,
  chat,
  world,
  page,
}) => {
  const url = await visit(scriptTag(world));
  await page.evaluate(() => history.replaceState({ page: 'its own' }, ''));
  await chat.launcher.tap();
  await expect(chat.panel).toBeVisible();
  // What a router reads there is still there.
  await expect.poll(() => page.evaluate(state)).toMatchObject({ page: 'its own', assistersPanel: expect.any(String) });
  await page.goBack();
  await expect(chat.panel).toBeHidden();
  expect(page.url()).toBe(url);
  expect(await page.evaluate(state)).toEqual({ page: 'its own' });
});

test('closed otherwise, the panel leaves no entry behind, and takes no page back', async ({
  visit,
  chat,
  world,
  page,
}) => {
  await visit(scriptTag(world));
  const marked = () => page.evaluate(() => 'assistersPanel' in ((history.state ?? {}) as object));
  await chat.launcher.tap();
  await expect.poll(marked).toBe(true);
  await chat.panel.getByRole('button', { name: 'Close chat' }).tap();
  await expect.poll(marked).toBe(false);

  // A page that goes on while the panel is open keeps its place.
  await chat.launcher.tap();
  await expect.poll(marked).toBe(true);
  await page.evaluate(() => history.pushState({ page: 'the next' }, '', '/next'));
  await chat.panel.getByRole('button', { name: 'Close chat' }).tap();
  await expect(chat.panel).toBeHidden();
  expect(new URL(page.url()).pathname).toBe('/next');
});

test('Back closes the panel in an iframe as well', async ({ visit, world, page }) => {
  const url = await visit(scriptTag(world, { isolation: 'iframe' }), {
    csp: strictPolicy(world.host, `frame-src ${world.host}`),
  });
  const chat = new Chat(page, page.frameLocator('iframe'));
  await chat.launcher.tap();
  await expect(chat.input).toBeVisible();
  await expect.poll(() => page.evaluate(() => 'assistersPanel' in ((history.state ?? {}) as object))).toBe(true);
  await page.goBack();
  await expect(page.locator('iframe')).toBeHidden();
  expect(page.url()).toBe(url);
});

test('the input stays above the keyboard', async ({ visit, chat, world, page }) => {
  await visit(scriptTag(world));
  await chat.launcher.tap();
  await expect(chat.input).toBeVisible();
  // A soft keyboard leaves a part of the window, and says so by the visual viewport alone.
  await page.evaluate(() => {
    Object.defineProperty(visualViewport, 'height', { value: 460, configurable: true });
    Object.defineProperty(visualViewport, 'offsetTop', { value: 30, configurable: true });
    visualViewport!.dispatchEvent(new Event('resize'));
  });
  await expect.poll(() => chat.panel.boundingBox()).toEqual({ x: 0, y: 30, width: 390, height: 460 });
  const { y, height } = (await chat.input.boundingBox())!;
  expect(y + height).toBeLessThan(490);
});

test('no field is so small that a phone zooms into it', async ({ visit, chat, world, page }) => {
  await visit(scriptTag(world));
  await chat.launcher.tap();
  await expect(chat.input).toHaveCSS('font-size', '16px');
  await chat.ask('How long is the warranty of a lamp?');
  await chat.panel.getByRole('button', { name: 'Not helpful' }).tap();
  await chat.panel.getByRole('button', { name: 'Edit question' }).tap();
  const fields = page.locator('assisters-chat textarea');
  await expect(fields).toHaveCount(2);
  for (const field of await fields.all()) await expect(field).toHaveCSS('font-size', '16px');
});

for (const isolation of ['shadow', 'iframe'] as const) {
  test(`${isolation}: a panel that is open from the start takes no focus from the page`, async ({
    visit,
    world,
    page,
  }) => {
    await visit(`<label>Name <input autofocus></label>${scriptTag(world, { isolation, open: '' })}`, {
      csp: strictPolicy(world.host, `frame-src ${world.host}`),
    });
    const chat = new Chat(page, isolation === 'iframe' ? page.frameLocator('iframe') : page);
    await expect(chat.input).toBeVisible();
    await expect(page.getByLabel('Name')).toBeFocused();
  });
}

test('header, input and launcher keep out of the notch and the bar for gestures', async ({
  visit,
  chat,
  world,
  page,
}) => {
  const session = await page.context().newCDPSession(page);
  const insets = { top: 47, bottom: 34, left: 0, right: 0 };
  const set = (values: Record<string, number>) =>
    session.send('Emulation.setSafeAreaInsetsOverride' as never, { insets: values } as never).then(
      () => true,
      (error: Error) => {
        if (/wasn't found/.test(error.message)) return false;
        throw error;
      },
    );
  test.skip(!(await set(insets)), 'This Chromium cannot emulate safe areas.');
  await visit(scriptTag(world));
  const launcher = (await chat.launcher.boundingBox())!;
  expect(launcher.y + launcher.height).toBe(844 - 34);
  await chat.launcher.tap();
  await expect(chat.input).toBeVisible();
  const close = chat.panel.getByRole('button', { name: 'Close chat' });
  // The panel itself goes to the edges; what is in it does not.
  await expect.poll(() => chat.panel.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  await expect.poll(async () => (await close.boundingBox())!.y).toBeGreaterThanOrEqual(47);
  const form = (await chat.panel.locator('form.composer').boundingBox())!;
  expect(form.y + form.height).toBeLessThanOrEqual(844 - 34);

  // Held sideways, the notch is at the side.
  await page.setViewportSize({ width: 470, height: 390 });
  await set({ top: 0, bottom: 21, left: 47, right: 47 });
  await expect.poll(async () => (await chat.input.boundingBox())!.x).toBeGreaterThanOrEqual(47);
  const { x, width } = (await close.boundingBox())!;
  expect(x + width).toBeLessThanOrEqual(470 - 47);
});
