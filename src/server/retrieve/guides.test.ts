import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { ExtractiveAnswerer } from '../answer/extractive.ts';
import { withoutCourtesies } from '../answer/language.ts';
import { newId } from '../auth/credentials.ts';
import { ingestDocument } from '../ingest/ingest-document.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { createRetriever } from './create-retriever.ts';
import type { Retriever } from './retriever.ts';

/**
 * The project's own guides, asked as the demo's visitors ask, and the two pages of the tutorial's shop: real documents, the
 * real store, the built-in answerer.
 */
const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));
const SHOP = fileURLToPath(new URL('../../../examples/lamp-shop/', import.meta.url));
const scope = { accountId: 'acct_1' };
let retriever: Retriever;

beforeAll(async () => {
  const store = openSqliteStore({ file: ':memory:' });
  await store.accounts.create({ id: scope.accountId, name: 'Test', plan: 'enterprise', createdAt: 0 });
  for (const [id, folder] of [
    ['kb', DOCS],
    ['shop', SHOP],
  ] as const) {
    await store.knowledge.createBase({ id, accountId: scope.accountId, name: '', description: '', createdAt: 0 });
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
      await ingestDocument({
        store,
        scope,
        knowledgeBaseId: id,
        key: file,
        filename: file,
        url: `https://example.com/${file.replace('.md', '')}`,
        bytes: readFileSync(folder + file),
        newId: () => newId('doc_', randomBytes),
        now: () => 0,
      });
    }
  }
  retriever = createRetriever(store.chunks);
  return () => store.close();
});

async function ask(question: string, earlierQuestions: readonly string[] = [], knowledgeBaseId = 'kb') {
  const signal = new AbortController().signal;
  const passages = await retriever.retrieve({
    scope,
    knowledgeBaseId,
    question,
    earlierQuestions,
    limit: 8,
    signal,
  });
  const assistant = { name: '', model: 'extractive', systemPrompt: '', config: {} };
  let text = '';
  let first = '';
  for await (const part of new ExtractiveAnswerer({ wordPaceMs: 0 }).answer({
    assistant,
    history: [],
    question,
    passages,
    signal,
  })) {
    if (part.type === 'text') text += part.text;
    if (part.type === 'source') first ||= part.source.url;
  }
  return { text, first, found: passages.length };
}

describe('the guides answer', () => {
  test.for([
    ['How do I embed the widget in an iframe?', /\/embedding#iframe$/, /<iframe src=/],
    ['How do I allow my site on a key?', /\/keys-and-origins#/, /--add-origin/],
    ['How do I add my own documents?', /\/knowledge#add-your-own-documents$/, /npx assisters ingest/],
    ['Which language models can I use?', /\/faq#which-language-models/, /GPT.+Claude/],
    ['What is the content security policy?', /\/embedding#content-security-policy$/, /script-src/],
    ['How do I change the accent colour?', /\/faq#how-do-i-change-the-colours$/, /--assisters-accent/],
    ['How do I open the chat from my own button?', /\/embedding#/, /Assisters\.open/],
    ['How do I resume a stream?', /\/api#resume$/, /after=/],
    ['How do I back up my data?', /\/self-hosting#backup$/, /folder/],
    ['Can I use Ollama?', /\/models#/, /Ollama/],
    ['Which port does the server use?', /\/self-hosting/, /port 8787/],
    ['Where is the data stored?', /\/faq#where-is-my-data-stored$/, /\.\/data/],
    ['What is an API key?', /\/faq#what-is-an-api-key$/, /^An API key says who is asking/],
    ['is it GDPR compliant?', /\/faq#is-it-gdpr-compliant$/, /own server/],
    ['how do i install it?', /\/faq#how-do-i-install-it$/, /npm ci && npm start/],
    ['wordpress', /\/(faq|site-builders)#/, /script tag|wp_footer|footer of every page/],
    ['Does it work with WordPress?', /\/(faq|site-builders)#/, /^(Yes, it|Assisters) works with WordPress/],
    ['How do I add the chat to WordPress?', /\/site-builders#wordpress$/, /footer of every page/],
    ['How do I add it to Shopify?', /\/site-builders#shopify$/, /theme\.liquid/],
    ['How do I exclude the script from WP Rocket?', /\/site-builders#caching/, /nowprocket/],
    ['Does it work with Wix?', /\/faq#does-it-work-with-wordpress|\/site-builders#wix$/, /Wix/],
    ['Can I use it on a staging site?', /\/site-builders#staging/, /--add-origin/],
    ['my site does not allow scripts', /\/site-builders#where-no-script/, /iframe/],
    ['how do I use it from Python?', /\/faq#/, /from assisters import Assisters/],
    ['which webhook events are there?', /\/webhooks#events$/, /conversation\.created/],
    ['what is the maximum file size?', /\/faq#how-large/, /25 MiB/],
    [
      'How do I get started?',
      /\/getting-started#start-the-server$/,
      /^To get started, .*\n\n```sh\nnpm ci && npm start/,
    ],
    ['Does it store cookies?', /\/faq#/, /^No, /],
    ['Which file formats can I upload?', /\/faq#what-file-types-can-i-upload$/, /PDF, Word/],
    ['do you use cookies?', /\/faq#/, /^No, /],
    ['does it work offline?', /\/faq#/, /^Yes, /],
    ['can I host it myself?', /\/faq#/, /^Yes, /],
    ['does it work on mobile?', /\/faq#/, /^Yes, /],
    ['how do I make the chat dark?', /\/theming#/, /theme="dark"/],
    ['the widget does not show up', /\/embedding#the-widget-does-not-show-up$/, /console/],
    ['how do I create an assistant?', /\/api#assistants$/, /^To create an assistant/],
    ['how do I stream answers?', /\/api#streaming$/, /curl -N/],
    ['how do I log out a user?', /\/visitors#/, /Assisters\.reset\(\)/],
    ['What is the widget?', /\/faq#what-is-the-widget$/, /^The widget is /],
    ['What is a webhook?', /\/webhooks#webhooks$/, /^A webhook is /],
    ['how much does it cost', /\/faq#how-much-does-it-cost$/, /costs nothing/],
    ['what is the licence?', /\/faq#/, /MIT/],
    ['can I run it with docker?', /\/faq#/, /docker run/],
    ['How do I remove files that are gone?', /\/knowledge#/, /--prune/],
  ] as const)('%s', async ([question, source, words]) => {
    const { text, first } = await ask(question);
    expect(first).toMatch(source);
    expect(text).toMatch(words);
  });

  test.for([
    'What is the weather in Lisbon tomorrow?',
    'Who won the football world cup?',
    'How much does a sailing course cost?',
    'is there a Slack integration?',
    'do you have an SLA?',
  ])('nothing to: %s', async (question) => {
    expect((await ask(question)).found).toBe(0);
  });
});

describe('the shop of the tutorial', () => {
  const tutorial = readFileSync(`${DOCS}getting-started.md`, 'utf8');

  test('answers the question that the tutorial ends with, as it is printed there', async () => {
    const question = /\bask "([^"]+)"/.exec(tutorial)?.[1];
    const { text, first } = await ask(question!, [], 'shop');
    expect(text).toMatch(/warranty of five years/);
    expect(first).toMatch(/\/returns#warranty$/);
  });

  test.for([
    ['How long does delivery take?', /two working days/],
    ['How long is the warranty of a lamp?', /five years/],
    ['How fast is the delivery abroad?', /eight days/],
    ['How long can I return a lamp?', /thirty days/],
    ['What does delivery cost?', /4\.90/],
  ] as const)('%s', async ([question, words]) => {
    expect((await ask(question, [], 'shop')).text).toMatch(words);
  });

  test.each(['How old is the earth?', 'How long is the opening time?', 'Do you sell candles?'])(
    'nothing to: %s',
    async (question) => {
      expect((await ask(question, [], 'shop')).found).toBe(0);
    },
  );
});

describe('as people type', () => {
  test.for([
    'warrnaty',
    'waranty',
    'What is the warrantie?',
    'How long is the waarranty?',
    'warranty 6',
    '👨‍👩‍👧‍👦🏳️‍🌈 warranty?',
    'Hi, I would like to know about the warranty please. Thank you very much!',
  ])('%s', async (question) => {
    expect((await ask(withoutCourtesies(question), [], 'shop')).text).toMatch(/five years/);
  });

  test('a word that is no slip of one in the documents finds nothing', async () => {
    for (const question of ['guitars', 'wart', 'arrant']) expect((await ask(question, [], 'shop')).found).toBe(0);
  });
});

describe('after another question', () => {
  const before = ['How do I embed the widget in an iframe?'];

  test('a whole question about one thing is its own', async () => {
    expect((await ask('What is a webhook?', before)).first).toMatch(/\/webhooks/);
  });

  test.for([
    ['How do I rotate a key?', 'Which licence does it have?', /\/faq#which-licence-does-it-have$/],
    ['How do I embed the widget in an iframe?', 'How much does it cost?', /\/faq#how-much-does-it-cost$/],
    ['How do I rotate a key?', 'cookies', /\/faq#does-it-use-cookies$/],
    ['How do I install it?', 'docker', /docker/],
  ] as const)('%s %s: what stands alone well is its own', async ([earlier, question, source]) => {
    expect((await ask(question, [earlier])).first).toMatch(source);
  });

  test.each(['?!', '…', '\u0000'])('%j, without a word, is answered by nothing', async (question) => {
    expect((await ask(question, before)).first).toBe('');
  });
});
