import { afterEach, expect, test } from 'vitest';
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

async function compose(knowledgeBaseId: string | null, found: number) {
  const asked: { retrieval: RetrieveRequest[]; answers: AnswerRequest[] } = { retrieval: [], answers: [] };
  const make = makeCompose({
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
  const question = { content: 'Now?', metadata: { page: { url: 'https://a.example/p', title: 7 } } };
  const assistant = { ...ASSISTANT, knowledgeBaseId };
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

test('an assistant without a knowledge base is asked without passages', async () => {
  fixture = await new TurnsFixture().open();
  const { answers, retrieval } = await compose(null, 0);
  expect(retrieval).toEqual([]);
  expect(answers[0]!.passages).toEqual([]);
});
