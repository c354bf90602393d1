import type { Page } from 'playwright';
import type { Shot } from './demo-page.ts';

/** Opens the panel with the launcher. */
export const open = async (page: Page) => {
  await page.locator('.launcher').click();
  await page.waitForTimeout(300);
};
const ask =
  (question: string, ends = true) =>
  async (page: Page) => {
    await open(page);
    await page.getByRole('textbox').fill(question);
    await page.keyboard.press('Enter');
    if (ends) await page.waitForFunction('window.ended');
    else await page.locator('.message.assistant').waitFor();
    await page.waitForTimeout(ends ? 250 : 900);
  };
const askAndOpenSource = async (page: Page) => {
  await ask('How do I book a sailing course?')(page);
  await page.locator('.chip').first().click();
  await page.waitForTimeout(250);
};

/** With the card of a citation. */
const askAndPeek = async (page: Page) => {
  await ask('How do I book a sailing course?')(page);
  await page.locator('.citation').nth(1).hover();
  await page.locator('.peek').waitFor();
  await page.waitForTimeout(250);
};

/** A token of somebody, as a site's server would sign it. */
const KNOWN = `h.${btoa('{"sub":"ann"}')}.s`;
/** A page of the panel; of the conversations with the question about deleting the second. */
const sheet = (item: string) => async (page: Page) => {
  await ask('How do I book a sailing course?')(page);
  await page.locator('.menu > button').click();
  await page.locator(`[data-item=${item}]`).click();
  await page.locator(item === 'data' ? '.data' : '.threads').waitFor();
  if (item === 'threads') await page.locator('.threads .icon-button').nth(1).click();
  await page.waitForTimeout(300);
};

/** Files of all fates: two read, one on its way, one that cannot be read. */
const attach = async (page: Page) => {
  await open(page);
  const texts = {
    'rigging.pdf': 48_000,
    'weather.pdf': 1_300_000,
    'large-logbook.pdf': 9_000,
    'photo.png': 10,
  };
  await page.locator('.file-input').setInputFiles(
    Object.entries(texts).map(([name, bytes]) => ({
      name,
      mimeType: 'application/pdf',
      buffer: Buffer.alloc(bytes, 'x'),
    })),
  );
  await page.locator('.files + p').waitFor();
  await page.waitForTimeout(300);
};

/** A message that offers itself. */
const OFFER = {
  proactive: JSON.stringify([
    { id: 'offer', message: 'Not sure which course is yours? Tell me how much you have sailed.' },
  ]),
};
const offered = async (page: Page) => {
  await page.locator('.proactive').waitFor();
  await page.waitForTimeout(250);
};

/**
 * The states there are pictures of. Those of the theming guide are taken anew with
 * `npx tsx scripts/screenshots.ts docs/images theme-light theme-dark theme-rtl`.
 */
export const SHOTS: readonly Shot[] = [
  { name: 'theme-light', act: askAndPeek },
  { name: 'theme-dark', dark: true, act: askAndOpenSource },
  { name: 'theme-rtl', language: 'ar', attributes: { position: 'bottom-left' }, act: askAndOpenSource },
  { name: 'launcher' },
  { name: 'launcher-dark', dark: true },
  { name: 'proactive', attributes: OFFER, act: offered },
  { name: 'proactive-dark', dark: true, attributes: OFFER, act: offered },
  { name: 'proactive-phone', phone: true, attributes: OFFER, act: offered },
  { name: 'proactive-rtl', language: 'ar', attributes: { ...OFFER, position: 'bottom-left' }, act: offered },
  { name: 'proactive-forced', attributes: OFFER, context: { forcedColors: 'active' }, act: offered },
  { name: 'empty', act: open },
  { name: 'empty-dark', dark: true, act: open },
  { name: 'waiting', act: ask('please hang', false) },
  { name: 'streaming', act: ask('half an answer', false) },
  { name: 'answer', act: ask('How do I book a sailing course?') },
  { name: 'answer-card', act: askAndOpenSource },
  { name: 'answer-card-dark', dark: true, act: askAndOpenSource },
  { name: 'long', act: ask('What about the forecast?') },
  {
    name: 'long-wide-dark',
    dark: true,
    act: async (page) => {
      await ask('What about the forecast?')(page);
      await page.locator('.menu > button').click();
      await page.locator('[data-item=wide]').click();
      await page.waitForTimeout(250);
    },
  },
  {
    name: 'menu',
    act: async (page) => {
      await ask('How do I book a sailing course?')(page);
      await page.locator('.menu > button').click();
      await page.waitForTimeout(200);
    },
  },
  { name: 'threads', attributes: { 'user-token': KNOWN }, act: sheet('threads') },
  { name: 'threads-dark', dark: true, attributes: { 'user-token': KNOWN }, act: sheet('threads') },
  { name: 'threads-rtl', language: 'ar', attributes: { 'user-token': KNOWN }, act: sheet('threads') },
  { name: 'data', attributes: { 'user-token': KNOWN }, act: sheet('data') },
  { name: 'consent', attributes: { consent: 'required' }, act: open },
  {
    name: 'tool',
    act: async (page) => {
      await page.evaluate(() =>
        (window as unknown as { chat: { registerTool(tool: object): void } }).chat.registerTool({
          name: 'reserve',
          description: 'Reserve a place on a course',
          schema: {},
          // A method: an arrow would get a helper of the compiler that the page does not have.
          handler() {
            return null;
          },
        }),
      );
      await ask('Reserve the weekend for me')(page);
      await page.locator('.tool').waitFor();
      await page.waitForTimeout(250);
    },
  },
  {
    name: 'feedback',
    act: async (page) => {
      await ask('what next?')(page);
      await page.locator('.actions [aria-pressed]').nth(1).click();
      await page.locator('.feedback').waitFor();
      await page.waitForTimeout(250);
    },
  },
  {
    name: 'edit',
    act: async (page) => {
      await ask('what next?')(page);
      await page.locator('.user').hover();
      await page.locator('.user .actions button').click();
      await page.locator('.edit').waitFor();
      await page.waitForTimeout(250);
    },
  },
  {
    name: 'offline',
    act: async (page) => {
      await ask('Is the pier open? (no line)', false)(page);
      await page.locator('.offline').waitFor();
      await page.getByRole('textbox').fill('How do I book a sailing course?');
      await page.keyboard.press('Enter');
      await page.locator('.queued').nth(1).waitFor();
      await page.waitForTimeout(250);
    },
  },
  { name: 'files', files: true, act: attach },
  { name: 'files-dark', dark: true, files: true, act: attach },
  { name: 'files-rtl', language: 'ar', attributes: { position: 'bottom-left' }, files: true, act: attach },
  { name: 'files-phone', phone: true, files: true, act: attach },
  { name: 'files-forced', context: { forcedColors: 'active' }, files: true, act: attach },
  { name: 'not-found', act: ask('May I bring my dog?') },
  { name: 'error', act: ask('make it fail') },
  { name: 'rate-limit', act: ask('hit the limit') },
  { name: 'error-dark', dark: true, act: ask('make it fail') },
  { name: 'phone-empty', phone: true, act: open },
  { name: 'phone-answer', phone: true, act: askAndOpenSource },
  { name: 'phone-long', phone: true, act: ask('What about the forecast?') },
  { name: 'rtl', language: 'ar', attributes: { position: 'bottom-left' }, act: askAndOpenSource },
  { name: 'rtl-empty', language: 'ar', act: open },
  { name: 'ar-not-found', language: 'ar', act: ask('May I bring my dog?') },
  { name: 'de', language: 'de', act: askAndOpenSource },
  { name: 'de-empty', language: 'de', act: open },
  { name: 'de-error', language: 'de', act: ask('hit the limit') },
  { name: 'ja', language: 'ja', act: askAndOpenSource },
  { name: 'ja-not-found', language: 'ja', act: ask('May I bring my dog?') },
  { name: 'narrow', context: { viewport: { width: 320, height: 568 } }, act: ask('How do I book a sailing course?') },
  { name: 'forced-colours', context: { forcedColors: 'active' }, act: askAndOpenSource },
  { name: 'inline', attributes: { mode: 'inline' } },
  { name: 'fullpage', attributes: { mode: 'fullpage' } },
];
