import { afterEach, describe, expect, test } from 'vitest';
import { ingestDocument } from '../ingest/ingest-document.ts';
import type { RetrieveRequest } from '../retrieve/retriever.ts';
import { ASSISTANT, SCOPE, TurnsFixture } from '../turn/testing/fixture.ts';
import type { AnswerPart, AnswerRequest } from './answerer.ts';
import { makeCompose } from './compose.ts';

let fixture: TurnsFixture;
afterEach(() => fixture.remove());

async function turn(status: 'complete' | 'failed', answer: string, n: number) {
  const { messages } = fixture.store;
  await messages.openTurn({
    scope: SCOPE,
    conversationId: 'conv_1',
    question: { id: `msg_q${n}`, content: `Question ${n}`, metadata: {} },
    answerId: `msg_a${n}`,
    idempotency: null,
    now: 1,
  });
  if (answer !== '') await messages.append('acct_1', `msg_a${n}`, 0, answer, 1);
  const end = { status, sources: [], outcome: null, usage: null, error: null, truncated: false };
  await messages.finish('acct_1', `msg_a${n}`, end, 1);
}

async function compose(
  knowledgeBaseId: string | null,
  found: number,
  {
    content = 'Now?',
    ...changes
  }: { content?: string; model?: string; widget?: { greeting?: string; prompts?: string[] } } = {},
) {
  const asked: { retrieval: RetrieveRequest[]; answers: AnswerRequest[] } = { retrieval: [], answers: [] };
  const make = makeCompose({
    attachments: { said: async () => [] },
    messages: fixture.store.messages,
    conversations: fixture.store.conversations,
    chunks: fixture.store.chunks,
    retriever: {
      async retrieve(request) {
        asked.retrieval.push(request);
        return Array(found).fill({ text: 'x' });
      },
    },
    answerer: {
      async *answer(request) {
        asked.answers.push(request);
        yield { type: 'text', text: 'So.' };
      },
    },
  });
  const parts: AnswerPart[] = [];
  const question = { content, metadata: { page: { url: 'https://a.example/p', title: 7 } } };
  const assistant = { ...ASSISTANT, knowledgeBaseId, ...changes };
  const asking = { scope: SCOPE, assistant, conversationId: 'conv_1', question, ordinal: 6 };
  for await (const part of make(asking, new AbortController().signal)) parts.push(part);
  return { ...asked, parts };
}

test('retrieval is told of the page and of earlier questions, the answerer of turns that have an answer', async () => {
  fixture = await new TurnsFixture().open();
  await turn('complete', 'Answer 1', 1);
  await turn('failed', 'Half', 2);
  await turn('complete', 'Answer 3', 3);
  const { retrieval, answers } = await compose('kb_1', 2);
  expect(retrieval[0]).toMatchObject({
    scope: { accountId: 'acct_1' },
    knowledgeBaseId: 'kb_1',
    question: 'Now?',
    earlierQuestions: ['Question 1', 'Question 3'],
    page: { url: 'https://a.example/p', title: '' },
  });
  expect(answers[0]!.history.map(({ content }) => content)).toEqual([
    'Question 1',
    'Answer 1',
    'Question 3',
    'Answer 3',
  ]);
});

test('a knowledge base that holds nothing is said so without asking the model', async () => {
  fixture = await new TurnsFixture().open();
  const { answers, parts } = await compose('kb_1', 0);
  expect(answers).toEqual([]);
  expect(parts.at(-1)).toMatchObject({ type: 'result', outcome: 'not_found' });
});

const textOf = (parts: readonly AnswerPart[]) => parts.map((part) => (part.type === 'text' ? part.text : '')).join('');

describe('a greeting', () => {
  const extractive = { content: 'hi there', model: 'extractive' };

  test('is returned without documents, in the owner’s words where there are some', async () => {
    fixture = await new TurnsFixture().open();
    const plain = await compose('kb_1', 2, extractive);
    expect([plain.retrieval, plain.answers]).toEqual([[], []]);
    expect(textOf(plain.parts)).toBe('Hello! What would you like to know?');
    expect(plain.parts.at(-1)).toMatchObject({ type: 'result', outcome: 'answered' });
    const widget = { greeting: 'Welcome to the shop! What can I do for you?' };
    expect(textOf((await compose('kb_1', 2, { ...extractive, widget })).parts)).toBe(widget.greeting);
    const german = { ...extractive, widget, content: 'Guten Tag' };
    expect(textOf((await compose('kb_1', 2, german)).parts)).toBe('Hallo! Was möchten Sie wissen?');
  });

  test('is a model’s to return where documents let it speak; a question is nobody’s greeting', async () => {
    fixture = await new TurnsFixture().open();
    expect((await compose('kb_1', 2, { ...extractive, model: 'gpt' })).answers).toHaveLength(1);
    expect(textOf((await compose('kb_1', 0, { ...extractive, model: 'gpt' })).parts)).toContain('Hello!');
    expect((await compose(null, 0, extractive)).answers).toHaveLength(1);
    expect((await compose('kb_1', 2, { ...extractive, content: 'hi, where is it?' })).answers).toHaveLength(1);
  });
});

test('who asks what it is hears its name and that it is no person, and is offered what it can be asked', async () => {
  fixture = await new TurnsFixture().open();
  const asking = { content: 'Who are you? What can you do?', model: 'extractive' };
  const prompts = ['Which lamps are there?', 'How long is the warranty?', 'Do you deliver?', 'Where are you?'];
  const { parts, retrieval, answers } = await compose('kb_1', 2, { ...asking, widget: { prompts } });
  expect([retrieval, answers]).toEqual([[], []]);
  expect(textOf(parts)).toContain(`I am ${ASSISTANT.name}, an automatic assistant and not a person.`);
  expect(parts.at(-1)).toMatchObject({ outcome: 'answered', followUps: prompts.slice(0, 3) });
  expect((await compose('kb_1', 2, asking)).parts.at(-1)).not.toHaveProperty('followUps');
  expect((await compose('kb_1', 2, { ...asking, model: 'gpt' })).answers).toHaveLength(1);
  expect((await compose('kb_1', 2, { ...asking, content: 'Who are you selling for?' })).answers).toHaveLength(1);
});

test('nothing found is said in the question’s language; that the documents are in English, where they are', async () => {
  fixture = await new TurnsFixture().open();
  const question = 'Wie binde ich das Widget ein?';
  const before = textOf((await compose('kb_1', 0, { content: question })).parts);
  expect(before).toMatch(/^Dazu habe ich in den Unterlagen nichts gefunden/);
  expect(before).not.toContain('auf Englisch');
  const base = { id: 'kb_1', accountId: 'acct_1', name: '', description: '', createdAt: 1 };
  await fixture.store.knowledge.createBase(base);
  await ingestDocument({
    store: fixture.store,
    scope: SCOPE,
    knowledgeBaseId: 'kb_1',
    key: 'a',
    filename: 'a.md',
    url: '',
    bytes: new TextEncoder().encode('# Work\n\nYou want to use it? Make time, and give it a name that works.'),
    newId: () => 'doc_1',
    now: () => 1,
  });
  expect(textOf((await compose('kb_1', 0, { content: question })).parts)).toMatch(/auf Englisch findet mehr\.$/);
});

test('an assistant without a knowledge base is asked without passages', async () => {
  fixture = await new TurnsFixture().open();
  const { answers, retrieval } = await compose(null, 0);
  expect(retrieval).toEqual([]);
  expect(answers[0]!.passages).toEqual([]);
});
