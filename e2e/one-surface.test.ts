import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FrameLocator, Locator, Page } from '@playwright/test';
import { rolldown } from 'rolldown';
import { attributeOf, OPTIONS, type OptionName } from '../src/widget/names.ts';
import { attributes, expect, strictPolicy, test } from './support/test.ts';
import type { World } from './support/world.ts';

/**
 * One surface: every public option works in every way of embedding. The options are those of `custom-elements.json`; each has
 * a value and what is then to be seen. A cell that is neither seen nor excused below fails, and so does an option without a row.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MANIFEST = JSON.parse(readFileSync(`${ROOT}custom-elements.json`, 'utf8')) as {
  modules: { declarations: { attributes: { name: string }[] }[] }[];
};
const PUBLIC = MANIFEST.modules[0]!.declarations[0]!.attributes.map(({ name }) => name);

type Values = Readonly<Record<string, string | boolean>>;

/** What a probe looks at. */
interface Seen {
  readonly page: Page;
  /** Where the panel's inside is. */
  readonly inside: Page | FrameLocator;
  readonly launcher: Locator;
  /** The panel, or the iframe that holds it. */
  readonly box: Locator;
  /** Address, key and body of each request so far. */
  readonly asked: readonly string[];
}

type Probe = (seen: Seen, value: string) => Promise<void>;
const panelOf = ({ inside }: Seen) => inside.locator('section[part=panel]');

/** Options that go on one page together: values, and what is seen of each. */
interface Group {
  readonly values: (world: World) => Values;
  readonly probes: Readonly<Record<string, Probe>>;
}

const GROUPS: readonly Group[] = [
  {
    values: (world) => ({
      publishableKey: world.publishableKey,
      assistantId: world.writer,
      // The server itself, not the line the script comes over.
      apiUrl: `${world.server.origin}/v1`,
      theme: 'dark',
      position: 'top-left',
      placeholder: 'Frag mich',
      greeting: 'Guten Tag!',
      locale: 'de',
      zIndex: '77',
      launcherLabel: 'Ask us',
      shortcut: 'Alt+/',
      movable: true,
    }),
    probes: {
      launcherLabel: ({ launcher }, value) => expect(launcher).toHaveAttribute('aria-label', value),
      async position({ launcher }) {
        const corner = async () => {
          const { x, y } = (await launcher.boundingBox())!;
          return [x, y];
        };
        await expect.poll(corner).toEqual([20, 20]);
      },
      async shortcut(seen, value) {
        await expect(seen.launcher).toHaveAttribute('aria-keyshortcuts', value);
        await seen.page.keyboard.press('Alt+/');
        await expect(panelOf(seen)).toBeVisible();
      },
      publishableKey: ({ asked }, value) => expect.poll(() => asked.some((line) => line.includes(value))).toBe(true),
      assistantId: ({ asked }, value) => expect.poll(() => asked.some((line) => line.includes(value))).toBe(true),
      async apiUrl({ asked }, value) {
        const calls = () => asked.filter((line) => line.includes('/v1/'));
        await expect.poll(() => calls().length).toBeGreaterThan(0);
        expect(calls().filter((line) => !line.startsWith(value))).toEqual([]);
      },
      theme: ({ inside }) => expect(inside.locator('.root.dark')).toHaveCount(1),
      placeholder: (seen, value) => expect(panelOf(seen).getByRole('textbox')).toHaveAttribute('placeholder', value),
      greeting: (seen, value) => expect(panelOf(seen)).toContainText(value),
      locale: (seen) => expect(panelOf(seen).getByRole('button', { name: 'Senden' })).toBeVisible(),
      zIndex: ({ box }, value) => expect(box).toHaveCSS('z-index', value),
      async movable({ launcher }) {
        await launcher.focus();
        await launcher.press('ArrowRight');
        await expect.poll(async () => (await launcher.boundingBox())!.x).toBeGreaterThan(600);
      },
    },
  },
  {
    values: () => ({ proactive: '[{"id":"hello","message":"Which lamp is it?"}]' }),
    probes: {
      proactive: ({ page }) => expect(page.getByRole('button', { name: 'Which lamp is it?' })).toBeVisible(),
    },
  },
  {
    values: () => ({ sound: true }),
    probes: {
      async sound(seen) {
        await seen.launcher.click();
        await panelOf(seen).getByRole('button', { name: 'More options' }).click();
        const item = panelOf(seen).getByRole('menuitemcheckbox', { name: 'Sound when an answer is ready' });
        await expect(item).toBeChecked();
      },
    },
  },
  {
    values: () => ({ noLauncher: true, open: true }),
    probes: {
      open: (seen) => expect(panelOf(seen)).toBeVisible(),
      noLauncher: ({ launcher }) => expect(launcher).toBeHidden(),
    },
  },
  {
    values: () => ({ mode: 'fullpage' }),
    probes: {
      async mode({ page, box, launcher }) {
        const { width, height } = page.viewportSize()!;
        await expect.poll(() => box.boundingBox()).toEqual({ x: 0, y: 0, width, height });
        await expect(launcher).toHaveCount(0);
      },
    },
  },
  {
    values: () => ({ isolation: 'iframe' }),
    probes: {
      async isolation({ page, launcher }) {
        await launcher.click();
        await expect(page.locator('assisters-frame iframe')).toBeVisible();
      },
    },
  },
  {
    values: () => ({
      consent: 'required',
      consentText: 'We keep it for a week.',
      privacyUrl: 'https://lamps.example/privacy',
    }),
    probes: {
      async consent(seen) {
        await seen.launcher.click();
        await expect(panelOf(seen).locator('.consent')).toBeVisible();
        expect(seen.asked.filter((line) => line.includes('/v1/visitor-sessions'))).toEqual([]);
      },
      consentText: (seen, value) => expect(panelOf(seen).locator('.consent')).toContainText(value),
      privacyUrl: (seen, value) =>
        expect(panelOf(seen).getByRole('link', { name: 'Privacy policy' })).toHaveAttribute('href', value),
    },
  },
  {
    values: () => ({ userToken: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2ln' }),
    probes: {
      async userToken(seen, value) {
        await seen.launcher.click();
        const input = panelOf(seen).getByRole('textbox');
        await input.fill('Who am I?');
        await input.press('Enter');
        await expect.poll(() => seen.asked.some((line) => line.includes(value))).toBe(true);
      },
    },
  },
  {
    values: () => ({ compat: 'intercom' }),
    probes: {
      async compat(seen) {
        await expect
          .poll(() => seen.page.evaluate(() => typeof (window as { Intercom?: unknown }).Intercom))
          .toBe('function');
        await seen.page.evaluate(() => (window as unknown as { Intercom(name: string): void }).Intercom('show'));
        await expect(panelOf(seen)).toBeVisible();
      },
    },
  },
];

/** A way of embedding: the page's body for these options, and what is done once it stands. */
interface Way {
  readonly body: (world: World, values: Values) => string | Promise<string>;
  readonly framed?: boolean;
  /** What the options are changed to after the page has loaded. */
  readonly later?: boolean;
}

const kebab = (values: Values): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [attributeOf(name), value === true ? '' : String(value)]),
  );
const inline = (code: string) => `<script nonce="abc">${code.replaceAll('</script', '<\\/script')}</script>`;
const tag = (world: World, values: Values, more = '') =>
  `<script async src="${world.host}/assisters.js${more}"${attributes(kebab(values), 'data-')}></script>`;
const moduleOf = (world: World) => `<script type="module" src="${world.host}/assisters-chat.js"></script>`;
/** What a page cannot do without, where the group is not about it. */
const needed = (world: World): Values => ({ publishableKey: world.publishableKey, assistantId: world.docs });

const WAYS: Readonly<Record<string, Way>> = {
  'script data': { body: (world, values) => tag(world, values) },
  settings: {
    body: (world, values) =>
      inline(`window.assistersSettings = ${JSON.stringify(values)};`) +
      `<script async src="${world.host}/assisters.js"></script>`,
  },
  query: { body: (world, values) => tag(world, {}, `?${new URLSearchParams(kebab(values))}`) },
  'element attribute': {
    body: (world, values) => `${moduleOf(world)}<assisters-chat${attributes(kebab(values))}></assisters-chat>`,
  },
  'element property': {
    body: (world, values) =>
      `<assisters-chat></assisters-chat>${inline(
        `Object.assign(document.querySelector('assisters-chat'), ${JSON.stringify(values)});`,
      )}${moduleOf(world)}`,
  },
  'React prop': {
    async body(world, values) {
      const props = { apiUrl: `${world.host}/v1`, ...values };
      return `<div id="react"></div>${inline(`window.props = ${JSON.stringify(props)};`)}${inline(await reactApp())}`;
    },
  },
  iframe: { body: (world, values) => tag(world, { ...values, isolation: 'iframe' }), framed: true },
  'iframe, changed later': {
    body: (world) => tag(world, { ...needed(world), isolation: 'iframe' }),
    framed: true,
    later: true,
  },
};

/** Cells that cannot be, each with its reason. */
const FIXED = 'key, assistant, mode and globals are decided when the iframe is made';
const EXCUSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'element attribute': { isolation: 'an iframe is made by the pasted script' },
  'element property': { isolation: 'an iframe is made by the pasted script' },
  'React prop': { isolation: 'an iframe is made by the pasted script' },
  iframe: { apiUrl: 'the API is the one that serves the iframe’s page' },
  'iframe, changed later': {
    publishableKey: FIXED,
    assistantId: FIXED,
    apiUrl: 'the API is the one that serves the iframe’s page',
    mode: FIXED,
    isolation: FIXED,
    compat: FIXED,
    open: 'there are methods for it: open() and close()',
  },
};

let app: Promise<string> | null = null;
/** A React page with one component, whose props lie in `window.props`. */
function reactApp(): Promise<string> {
  const entry = `
    import { createElement } from 'react';
    import { createRoot } from 'react-dom/client';
    import { AssistersChat } from ${JSON.stringify(`${ROOT}src/react/index.ts`)};
    createRoot(document.getElementById('react')).render(createElement(AssistersChat, window.props));`;
  app ??= (async () => {
    const build = await rolldown({
      input: 'app',
      cwd: ROOT,
      platform: 'browser',
      plugins: [
        {
          name: 'app',
          resolveId: (id) => (id === 'app' ? '\0app' : null),
          load: (id) => (id === '\0app' ? entry : null),
        },
      ],
      transform: { target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } },
    });
    const { output } = await build.generate({ format: 'iife', codeSplitting: false, minify: true });
    await build.close();
    return output[0].code;
  })();
  return app;
}

test('every public option has a row', () => {
  const rows = GROUPS.flatMap(({ probes }) => Object.keys(probes)).map(attributeOf);
  expect(rows.sort()).toEqual([...PUBLIC].sort());
  expect(Object.keys(OPTIONS).map(attributeOf).sort()).toEqual([...PUBLIC].sort());
});

for (const [name, way] of Object.entries(WAYS)) {
  test(`every option works: ${name}`, async ({ visit, page, world, problems }) => {
    // The token is none of this server's, which says so.
    problems.allow(/status of 4\d\d .*visitor-sessions/, /\[assisters\] invalid_request: identity_token/);
    const asked: string[] = [];
    page.on('request', (request) => {
      const { authorization = '' } = request.headers();
      asked.push(`${request.url()} ${authorization} ${request.postData() ?? ''}`);
    });
    const excused = EXCUSED[name] ?? {};
    const cells: Record<string, string> = {};
    for (const { values: valuesOf, probes } of GROUPS) {
      const all = valuesOf(world);
      const values = Object.fromEntries(Object.entries(all).filter(([option]) => !(option in excused)));
      const wanted = Object.keys(probes).filter((option) => !(option in excused));
      for (const option of Object.keys(probes)) if (option in excused) cells[option] = `– ${excused[option]}`;
      if (wanted.length === 0) continue;
      asked.length = 0;
      const csp = strictPolicy(`${world.host} ${world.server.origin}`, `frame-src ${world.host}`).replace(
        'script-src',
        "script-src 'nonce-abc'",
      );
      await visit(await way.body(world, { ...needed(world), ...values }), { csp });
      const framed = way.framed || 'isolation' in values;
      const frame = page.locator('assisters-frame iframe');
      const inside = framed ? page.frameLocator('assisters-frame iframe') : page;
      const launcher = page.locator('[part=launcher]');
      const seen: Seen = { page, inside, launcher, asked, box: framed ? frame : page.locator('section[part=panel]') };
      if (way.later) {
        await launcher.click();
        await expect(panelOf(seen).getByRole('textbox')).toBeVisible();
        await page.evaluate((options) => {
          const { Assisters } = window as unknown as { Assisters: { update(o: object): void; close(): void } };
          Assisters.close();
          Assisters.update(options);
        }, values);
        await page.mouse.move(500, 400);
      }
      for (const option of wanted) {
        await test.step(option, () => probes[option]!(seen, String(all[option])));
        cells[option as OptionName] = 'works';
      }
    }
    expect(Object.keys(cells).sort()).toEqual(Object.keys(OPTIONS).sort());
    const counts = Object.values(cells).filter((cell) => cell === 'works').length;
    console.log(`${name}: ${counts} of ${PUBLIC.length} work, the rest are excused`);
  });
}
