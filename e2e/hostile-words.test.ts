import { expect, test as plain } from '@playwright/test';
import { hostileTexts } from '../src/widget/markdown/testing/suite.ts';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../test/corpora.ts';
import { CONTROL, expectedRed, OURS } from '../test/hostile/control.ts';
import type { DoorCase } from '../test/hostile/doors.ts';
import type { DoorsResult } from '../test/hostile/page.ts';
import { startHostileServer } from '../test/hostile/server.ts';
import { bundlePage } from '../test/markdown-harness.ts';
import { seededRandom, slice } from '../test/random.ts';
import { expect as ours, scriptTag, test } from './support/test.ts';
import { createKey } from './support/world.ts';

/** A seeded slice through every door of the built element; `npm run test:corpora` plays all, in three engines. */

const CORPORA = ['md-xss', 'llm-exfil', 'xss-payloads', 'html-event-matrix', 'dompurify', 'naughty-strings'];

/** Plays the cases on a page without a policy, which would hide what a text tries; gives what was seen, and all requests. */
async function play(page: import('@playwright/test').Page, cases: readonly DoorCase[], isGuarded: boolean) {
  const server = await startHostileServer(await bundlePage('test/hostile/page.ts'));
  const away: string[] = [];
  await page.route(
    (url) => url.origin !== new URL(server.url).origin,
    (route) => {
      away.push(route.request().url());
      return route.abort();
    },
  );
  try {
    server.cases.push(...cases);
    await page.goto(server.url);
    await page.evaluate(
      ([count, guarded]) => {
        const { hostile } = window as unknown as { hostile: import('../test/hostile/page.ts').HostilePage };
        if (!guarded) hostile.unguarded();
        hostile.doors(0, count);
      },
      [cases.length, isGuarded] as const,
    );
    const html = page.locator('html[data-probe*="{"]');
    await html.waitFor({ state: 'attached', timeout: 50_000 });
    const result = JSON.parse((await html.getAttribute('data-probe')) ?? '') as DoorsResult;
    return { ...result, requests: [...away, ...server.strays] };
  } finally {
    await server.close();
  }
}

for (const [index, names] of [CORPORA.slice(0, 3), CORPORA.slice(3)].entries())
  plain(`hostile words through every door do nothing: ${names.join(', ')}`, async ({ page }) => {
    plain.skip(!hasCorpora, CORPORA_ABSENT);
    const cases = names.flatMap((name) =>
      slice(corpus<Record<string, unknown>>(name), 4, seededRandom(20 + index)).flatMap((raw) =>
        hostileTexts(name, raw)
          .slice(0, 1)
          .map(({ id, markdown }) => ({ id, text: markdown })),
      ),
    );
    const { executed, findings, stuck, requests, nodes } = await play(page, cases, true);
    expect({ executed, findings, stuck, requests }).toEqual({ executed: [], findings: [], stuck: [], requests: [] });
    expect(nodes).toBeGreaterThan(1_000);
  });

plain('words made for a single door do nothing there', async ({ page }) => {
  const { executed, findings, stuck, requests } = await play(page, OURS, true);
  expect({ executed, findings, stuck, requests }).toEqual({ executed: [], findings: [], stuck: [], requests: [] });
});

plain('without its guards the same page is caught at every door', async ({ page }) => {
  const { executed, findings, requests } = await play(page, CONTROL, false);
  const lines = [
    ...executed.map((line) => `doors executed ${line}`),
    ...findings.map((line) => `doors ${line}`),
    ...requests,
  ];
  const missing = expectedRed.filter(
    (sign) => !sign.source.startsWith('^answers') && !lines.some((line) => sign.test(line)),
  );
  expect(missing).toEqual([]);
});

test('names of files, of the assistant and its greeting come from the real server as text', async ({
  visit,
  chat,
  world,
  page,
}) => {
  const hostile = (what: string) =>
    // Without a slash, which ends the path before a file's name.
    `<img src=never-${what} onerror=alert('${what}')><b onclick=alert(1)>${what}`;
  const { server } = world;
  const base = await server.api<{ id: string }>('POST', '/knowledge-bases', { name: hostile('base') });
  const form = new FormData();
  // No heading and no title inside: the document is called by its file.
  form.append(
    'file',
    new Blob(['Every lamp has a warranty of five years.'], { type: 'text/plain' }),
    `${hostile('file')}.txt`,
  );
  const documents = `/knowledge-bases/${base.id}/documents`;
  const { id } = await server.api<{ id: string }>('POST', documents, form);
  await ours.poll(async () => (await server.api<{ status: string }>('GET', `${documents}/${id}`)).status).toBe('ready');
  const assistant = await server.api<{ id: string }>('POST', '/assistants', {
    name: hostile('name'),
    description: hostile('description'),
    model: 'extractive',
    system_prompt: '',
    knowledge_base_id: base.id,
    widget: { greeting: hostile('greeting'), subtitle: hostile('subtitle'), prompts: [hostile('prompt')] },
  });
  const key = await createKey(server, [new URL(await visit('')).origin], [assistant.id]);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('dialog', (dialog) => {
    asked.push(`dialog ${dialog.message()}`);
    return dialog.dismiss();
  });
  // No policy: it would stop what these words try, and hide that they try it.
  await visit(scriptTag(world, { 'publishable-key': key, 'assistant-id': assistant.id }), { csp: null });
  await chat.launcher.click();
  for (const what of ['name', 'greeting', 'subtitle', 'prompt']) await ours(chat.panel).toContainText(hostile(what));
  await chat.ask('How long is the warranty of a lamp?');
  await ours(chat.panel.getByText('five years').first()).toBeVisible();
  await chat.sources.first().click();
  await ours(chat.panel.locator('section[aria-label]')).toContainText("alert('file')");
  ours(asked.filter((line) => /never|dialog/.test(line))).toEqual([]);
});
