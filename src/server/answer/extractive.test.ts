import { describe, expect, test } from 'vitest';
import type { Passage } from '../retrieve/retriever.ts';
import type { AnswerPart, AnswerRequest } from './answerer.ts';
import { ExtractiveAnswerer } from './extractive.ts';
import { NOT_FOUND_TEXT } from './not-found.ts';

const passage = (n: number, text: string, more: Partial<Passage> = {}): Passage => ({
  chunkId: `chunk_${n}`,
  documentId: `doc_${n}`,
  title: `Page ${n}`,
  heading: '',
  text,
  url: `https://docs.example/${n}`,
  relevance: 0.8,
  ...more,
});

async function ask(question: string, passages: readonly Passage[], more: Partial<AnswerRequest> = {}) {
  const parts: AnswerPart[] = [];
  const answer = new ExtractiveAnswerer({ wordPaceMs: 0 }).answer({
    assistant: { name: 'Docs', model: 'extractive', systemPrompt: '', config: {} },
    history: [],
    question,
    passages,
    signal: new AbortController().signal,
    ...more,
  });
  for await (const part of answer) parts.push(part);
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const sources = parts.flatMap((part) => (part.type === 'source' ? [part.source] : []));
  const result = parts.at(-1);
  return { text, sources, outcome: result?.type === 'result' ? result.outcome : null, parts };
}

const IFRAME = passage(
  1,
  'The widget can stand in an iframe when the page cannot run scripts. Put this where it should appear:\n\n' +
    '```html\n<iframe src="https://chat.example/embed" title="Help"></iframe>\n```\n\n' +
    'The page that holds it must be listed on the key. Colours are set elsewhere.',
  { title: 'Embedding', heading: 'In an iframe' },
);
const THEMES = passage(2, 'Themes are light, dark and auto. The accent is one colour. It is set on the element.', {
  title: 'Themes',
});

describe('the extractive answer', () => {
  test('quotes the code a sentence introduces, with the sentence, and cites it', async () => {
    const { text, sources, outcome } = await ask('How do I embed the widget in an iframe?', [IFRAME, THEMES]);
    expect(text).toContain('The widget can stand in an iframe when the page cannot run scripts.');
    expect(text).toContain('```html\n<iframe src="https://chat.example/embed" title="Help"></iframe>\n```');
    expect(text).toContain('Put this where it should appear: [1]\n\n```html');
    expect(text).not.toContain('Colours');
    expect(sources).toHaveLength(1);
    expect(sources[0]).toMatchObject({
      title: 'Embedding',
      heading: 'In an iframe',
      document_id: 'doc_1',
      relevance: 0.8,
    });
    expect(outcome).toBe('answered');
  });

  test('gives the source card plain text: code without its fences', async () => {
    const { sources } = await ask('How do I put the widget in an iframe?', [IFRAME]);
    expect(sources[0]?.quote).toContain('<iframe src=');
    expect(sources[0]?.quote).not.toContain('```');
  });

  test('quotes the example that a sentence leads, not the output that happens to hold the words', async () => {
    const made = passage(
      1,
      'To list assistants:\n\n```sh\ncurl /assistants\n```\n\n```json\n{ "assistants": [{ "create": "assistant" }] }\n```\n\n' +
        'To create an assistant, give its name:\n\n```sh\ncurl -X POST /assistants\n```',
    );
    const { text } = await ask('How do I create an assistant?', [made]);
    expect(text).toBe('To create an assistant, give its name: [1]\n\n```sh\ncurl -X POST /assistants\n```');
  });

  test('quotes code with words: those before several blocks, or else those behind', async () => {
    const block = (words: string) => `\`\`\`sh\n${words}\n\`\`\``;
    const question = 'assisters keys rotate';
    const between = passage(
      1,
      `The command does it.\n\n${block('export A=1')}\n\n${block('assisters keys rotate key_1')}`,
    );
    expect((await ask(question, [between])).text).toMatch(/^The command does it\. \[1\]\n\n```sh\nexport A=1/);
    const first = passage(1, `${block('assisters keys rotate key_1')}\n\nThe former credential is valid for a day.`);
    expect((await ask(question, [first])).text).toMatch(
      /rotate key_1\n```\n\nThe former credential is valid for a day\. \[1\]$/,
    );
  });

  test('adds no code or table of another passage that stands there without a word', async () => {
    const mute = passage(2, '```sh\nassisters embed iframe --widget\n```', { title: 'Embed the widget in an iframe' });
    const { sources } = await ask('How do I embed the widget in an iframe?', [IFRAME, mute]);
    expect(sources).toHaveLength(1);
    expect((await ask('How do I embed the widget in an iframe?', [mute])).sources).toHaveLength(1);
  });

  test('picks the sentence that answers, not the first of the passage', async () => {
    const { text } = await ask('Which themes exist and how is the accent set?', [IFRAME, THEMES]);
    expect(text.startsWith('Themes are light, dark and auto.')).toBe(true);
  });

  test('quotes a list whole, with the line that leads it', async () => {
    const list = passage(
      1,
      'Intro words.\n\nThe panel knows these positions:\n\n- bottom-right\n- bottom-left\n- top-right\n\nNothing else.',
    );
    const { text } = await ask('Can the panel be at top-right?', [list]);
    expect(text).toBe('The panel knows these positions:\n\n- bottom-right\n- bottom-left\n- top-right [1]');
  });

  test('quotes rows of a table as a table: the header, and the rows that match', async () => {
    const table = passage(
      1,
      'Settings come from the environment:\n\n' +
        'variable: PORT · default: 8787 · meaning: Port to listen on. With 0, any free one | the system chooses.\n' +
        'variable: HOST · default: 127.0.0.1 · meaning: Address to listen on.\n' +
        'variable: LOG_LEVEL · meaning: How much is logged: debug, info · or less.\n\n' +
        'More is said elsewhere.',
    );
    expect((await ask('Which variable sets the log level?', [table])).text).toBe(
      'Settings come from the environment: [1]\n\n| variable | meaning |\n| --- | --- |\n| LOG_LEVEL | How much is logged: debug, info · or less. |',
    );
    expect((await ask('On which port does it listen?', [table])).text).toContain(
      '| variable | default | meaning |\n| --- | --- | --- |\n| PORT | 8787 | Port to listen on. With 0, any free one \\| the system chooses. |',
    );
    const alone = passage(1, 'Plan: Team · Price: 49 euros a month');
    expect((await ask('What is the price of the team plan?', [alone])).text).toBe(
      '| Plan | Price |\n| --- | --- |\n| Team | 49 euros a month |\n\n[1]',
    );
  });

  test('prose with the same signs is not a table', async () => {
    const text = 'Note: open daily · closed on Monday. See also: the calendar.';
    expect((await ask('When is it closed?', [passage(1, text)])).text).toBe(`${text} [1]`);
  });

  test('an item of a list is quoted with all its sentences', async () => {
    const list = passage(1, 'Do this:\n\n- Open the menu. Then choose Export. Wait.\n- Close it.');
    expect((await ask('How do I choose Export?', [list])).text).toBe(
      'Do this:\n\n- Open the menu. Then choose Export. Wait.\n- Close it. [1]',
    );
  });

  test('of a long list only the items that match', async () => {
    const items = Array.from({ length: 12 }, (_, n) => `- plugin-${n} Does thing ${n}.`);
    items[7] = '- plugin-exit Closes the server gracefully.';
    const { text } = await ask('How do I close the server gracefully?', [
      passage(1, `Plugins of the community:\n\n${items.join('\n')}`),
    ]);
    expect(text).toBe('Plugins of the community:\n\n- plugin-exit Closes the server gracefully. [1]');
  });

  test('what says the same in other places is quoted once', async () => {
    const { text, sources } = await ask('How do I delete a document?', [
      passage(1, 'Delete a document; it is out of every answer at once.'),
      passage(2, 'Deletes the document: out of every answer.'),
    ]);
    expect(text).toBe('Delete a document; it is out of every answer at once. [1]');
    expect(sources).toHaveLength(1);
  });

  test('a sentence that only points elsewhere does not stand for the answer', async () => {
    const { text } = await ask('How do I enable the cache?', [
      passage(1, 'For more on how to enable the cache, see the reference.'),
      passage(2, 'The cache is enabled by the option store.'),
    ]);
    expect(text).toBe('The cache is enabled by the option store. [1]');
  });

  test('every word of it stands in a source, in order, and n-th citation is the n-th source', async () => {
    const passages = [
      passage(1, 'Keys are made with `assisters keys create`. A key names its origins. Keep the secret key secret.'),
      passage(2, 'A publishable key may stand in a page. It names origins and assistants. Rotate a key with care.'),
      passage(3, 'Secret keys are for servers. A key in a browser is refused. Restricted keys hold scopes.'),
      passage(4, 'Cats sleep. Dogs run.'),
    ];
    const { text, sources } = await ask('What is a secret key and which origins does a key name?', passages);
    const paragraphs = text.split('\n\n');
    expect(paragraphs).toHaveLength(sources.length);
    expect(sources.length).toBeLessThanOrEqual(3);
    paragraphs.forEach((paragraph, index) => {
      const quoted = paragraph.replace(` [${index + 1}]`, '').replaceAll('\\', '');
      const source = passages.find(({ documentId }) => documentId === sources[index]!.document_id)!;
      expect(source.text).toContain(quoted);
      expect(sources[index]!.quote).toBe(quoted);
    });
    expect(text).not.toContain('Cats');
  });

  test('quotes plain text so that markdown shows it as it is', async () => {
    const { text } = await ask('What is the tag?', [
      passage(
        1,
        'The tag is <assisters-chat> and *not* [a link](javascript:x) or [1] or snake_case_name or _this_ & &amp;.',
      ),
    ]);
    expect(text).toBe(
      'The tag is \\<assisters-chat> and \\*not\\* \\[a link\\](javascript:x) or \\[1\\] or snake_case_name or \\_this\\_ & \\&amp;. [1]',
    );
  });

  test('is not found, without sources, when there are no passages', async () => {
    const { text, sources, outcome } = await ask('Do you sell tea?', []);
    expect({ text, sources, outcome }).toEqual({ text: NOT_FOUND_TEXT, sources: [], outcome: 'not_found' });
  });

  test('understands a follow-up through the earlier question', async () => {
    const passages = [
      passage(1, 'In Chrome open the menu to install it. In Firefox there is no menu entry for notes.'),
      passage(2, 'Firefox shows tabs. To install the extension in Firefox open about:addons.'),
    ];
    const { text } = await ask('and for Firefox?', passages, {
      history: [
        { role: 'user', content: 'How do I install the extension in Chrome?' },
        { role: 'assistant', content: 'In Chrome open the menu.' },
      ],
    });
    expect(text).toContain('To install the extension in Firefox open about:addons.');
  });

  test('writes word by word at its pace, and stops when told', async () => {
    const controller = new AbortController();
    const answer = new ExtractiveAnswerer({ wordPaceMs: 1 }).answer({
      assistant: { name: 'Docs', model: 'extractive', systemPrompt: '', config: {} },
      history: [],
      question: 'themes',
      passages: [THEMES],
      signal: controller.signal,
    });
    const texts: string[] = [];
    await expect(async () => {
      for await (const part of answer) {
        if (part.type === 'text') texts.push(part.text);
        if (texts.length === 3) controller.abort();
      }
    }).rejects.toThrow();
    expect(texts).toEqual(['Themes', ' are', ' light,']);
  });

  test('of a passage of hostile shape stays linear', async () => {
    for (const text of [
      '[['.repeat(50_000),
      '`'.repeat(100_000),
      'a. '.repeat(30_000),
      '- x\n'.repeat(20_000),
      '_*'.repeat(50_000),
    ]) {
      const { parts } = await ask('what is x a', [passage(1, text)]);
      expect(parts.at(-1)?.type).toBe('result');
    }
  });
});
