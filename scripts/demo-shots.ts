import type { Page } from 'playwright';
import { ARABIC } from '../src/widget/testing/demo-arabic.ts';
import type { Shot } from './demo-page.ts';

/** Opens the panel with the launcher. */
export const open = async (page: Page) => {
  await page.locator('.launcher').click();
  await page.waitForTimeout(300);
};

/** The question as it is asked in the page's language. */
const inItsLanguage = async (page: Page, question: string) =>
  (await page.evaluate(() => document.documentElement.lang)) === 'ar' ? ARABIC.questions[question]! : question;
const say = async (page: Page, question: string) => {
  await page.getByRole('textbox').fill(await inItsLanguage(page, question));
  await page.keyboard.press('Enter');
};
const ask =
  (question: string, ends = true) =>
  async (page: Page) => {
    await open(page);
    await say(page, question);
    if (ends) await page.waitForFunction('window.ended');
    else await page.locator('.message.assistant').waitFor();
    await page.waitForTimeout(ends ? 250 : 900);
  };
const BOOK = 'How do I book a sailing course?';
const askAndOpenSource = async (page: Page) => {
  await ask(BOOK)(page);
  await page.locator('.chip').first().click();
  await page.waitForTimeout(250);
};

/** With the card of a citation. */
const askAndPeek = async (page: Page) => {
  await ask(BOOK)(page);
  await page.locator('.citation').nth(1).hover();
  await page.locator('.peek').waitFor();
  await page.waitForTimeout(250);
};

/** A token of somebody, as a site's server would sign it. */
const KNOWN = { 'user-token': `h.${btoa('{"sub":"ann"}')}.s` };
const choose = (item: string) => async (page: Page) => {
  await ask(BOOK)(page);
  await page.locator('.menu > button').click();
  if (item) await page.locator(`[data-item=${item}]`).click();
  await page.waitForTimeout(250);
};
/** A page of the panel; of the conversations with the question about deleting the second. */
const sheet = (item: string) => async (page: Page) => {
  await choose(item)(page);
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
const offer = (message: string) => ({ proactive: JSON.stringify([{ id: 'offer', message }]) });
const OFFER = offer('Not sure which course is yours? Tell me how much you have sailed.');
const OFFER_ARABIC = offer('لا تعرف أيّ دورة تناسبك؟ أخبرني كم أبحرت من قبل.');
const offered = async (page: Page) => {
  await page.locator('.proactive').waitFor();
  await page.waitForTimeout(250);
};

type State = Pick<Shot, 'attributes' | 'config' | 'act'>;

/** What a visitor may meet, in the order of a visit. */
const STATES: Readonly<Record<string, State>> = {
  launcher: {},
  proactive: { attributes: OFFER, act: offered },
  consent: { attributes: { consent: 'required', 'privacy-url': 'https://harbour.example/privacy' }, act: open },
  empty: { act: open },
  waiting: { act: ask('please hang', false) },
  slow: {
    async act(page) {
      await ask('please hang', false)(page);
      await page.waitForTimeout(1_200);
    },
  },
  streaming: { act: ask('half an answer', false) },
  answer: { act: ask(BOOK) },
  'answer-card': { act: askAndOpenSource },
  peek: { act: askAndPeek },
  long: { act: ask('What about the forecast?') },
  'follow-ups': { act: ask('What comes next?') },
  'not-found': { act: ask('May I bring my dog?') },
  unread: {
    async act(page) {
      await open(page);
      await say(page, 'How do I book? Tell me slowly');
      await page.locator('.header > .icon-button').last().click();
      await page.waitForFunction('window.ended');
      await page.waitForTimeout(250);
    },
  },
  menu: { act: choose('') },
  threads: { attributes: KNOWN, act: sheet('threads') },
  data: { attributes: KNOWN, config: { retention_days: 30 }, act: sheet('data') },
  ended: { act: choose('end') },
  feedback: {
    async act(page) {
      await ask('What comes next?')(page);
      await page.locator('.actions [aria-pressed]').nth(1).click();
      await page.locator('.feedback label').nth(1).click();
      await page.waitForTimeout(250);
    },
  },
  edit: {
    async act(page) {
      await ask('What comes next?')(page);
      await page.locator('.user').hover();
      await page.locator('.user .actions button').click();
      await page.locator('.edit').waitFor();
      await page.waitForTimeout(250);
    },
  },
  tool: {
    async act(page) {
      await page.evaluate(() => {
        const arabic = document.documentElement.lang === 'ar';
        (window as unknown as { chat: { registerTool(tool: object): void } }).chat.registerTool({
          name: 'reserve',
          description: arabic ? 'حجز مكان في دورة' : 'Reserve a place on a course',
          schema: {},
          // A method: an arrow would get a helper of the compiler that the page does not have.
          handler() {
            return null;
          },
        });
      });
      await ask('Reserve the weekend for me')(page);
      await page.locator('.tool').waitFor();
      await page.waitForTimeout(250);
    },
  },
  files: {
    config: { attachments: { enabled: true, max_bytes: 5_000_000, types: ['application/pdf', 'text/plain'] } },
    act: attach,
  },
  offline: {
    async act(page) {
      await ask('Is the pier open? (no line)', false)(page);
      await page.locator('.offline').waitFor();
      await say(page, BOOK);
      await page.locator('.queued').nth(1).waitFor();
      await page.waitForTimeout(250);
    },
  },
  error: { act: ask('make it fail') },
  'rate-limit': { act: ask('hit the limit') },
  'too-long': {
    async act(page) {
      await open(page);
      await page.getByRole('textbox').fill(`${(await inItsLanguage(page, BOOK)).padEnd(40)}\n`.repeat(100));
      await page.waitForTimeout(250);
    },
  },
};

/** How the same is met: on which screen, in which light, from which side. `''` is the plain one. */
const DESK = { viewport: { width: 640, height: 760 } };
const LOOKS: Readonly<Record<string, Omit<Shot, 'name' | 'act'>>> = {
  '': { context: DESK },
  '-dark': { dark: true, context: DESK },
  '-rtl': { language: 'ar', attributes: { position: 'bottom-left' }, context: DESK },
  '-forced': { context: { ...DESK, forcedColors: 'active' } },
  '-phone': { phone: true },
  '-phone-dark': { phone: true, dark: true },
  '-narrow': { phone: true, context: { viewport: { width: 320, height: 640 } } },
  '-narrow-rtl': { phone: true, language: 'ar', context: { viewport: { width: 320, height: 640 } } },
};

const lookedAt = (state: string, { attributes, ...rest }: State): Shot[] =>
  Object.entries(LOOKS)
    // Nothing hovers on a phone.
    .filter(([, { phone }]) => state !== 'peek' || !phone)
    .map(([look, shown]) => ({
      ...rest,
      ...shown,
      name: state + look,
      attributes: {
        ...attributes,
        ...(state === 'proactive' && shown.language === 'ar' && OFFER_ARABIC),
        ...shown.attributes,
      },
    }));

/** The states there are pictures of, each in every look. */
export const SHOTS: readonly Shot[] = [
  // Those of the theming guide: `npx tsx scripts/screenshots.ts docs/images theme-light theme-dark theme-rtl` takes them anew.
  { name: 'theme-light', act: askAndPeek },
  { name: 'theme-dark', dark: true, act: askAndOpenSource },
  { name: 'theme-rtl', language: 'ar', attributes: { position: 'bottom-left' }, act: askAndOpenSource },
  ...Object.entries(STATES).flatMap(([name, state]) => lookedAt(name, state)),
  {
    name: 'long-wide-dark',
    dark: true,
    async act(page) {
      await ask('What about the forecast?')(page);
      await page.locator('.menu > button').click();
      await page.locator('[data-item=wide]').click();
      await page.waitForTimeout(250);
    },
  },
  ...['de', 'ja'].flatMap((language): Shot[] => [
    { name: `empty-${language}`, language, context: DESK, act: open },
    { name: `answer-card-${language}`, language, context: DESK, act: askAndOpenSource },
    { name: `not-found-${language}`, language, context: DESK, act: ask('May I bring my dog?') },
    { name: `rate-limit-${language}`, language, context: DESK, act: ask('hit the limit') },
  ]),
  { name: 'inline', attributes: { mode: 'inline' } },
  { name: 'fullpage', attributes: { mode: 'fullpage' }, act: (page) => page.waitForTimeout(300) },
];
