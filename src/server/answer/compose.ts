import type { Source } from '../../protocol/resources.ts';
import { createRetriever } from '../retrieve/create-retriever.ts';
import { memoryChunks } from '../retrieve/memory-chunks.ts';
import type { Retriever } from '../retrieve/retriever.ts';
import type {
  AttachmentRow,
  AttachmentStore,
  ChunkStore,
  ConversationStore,
  MessageRow,
  MessageStore,
} from '../store/store.ts';
import type { Compose, Turn } from '../turn/turns.ts';
import type { Answerer, AnswerPart, AnswerRequest, AttachedFile } from './answerer.ts';
import { EXTRACTIVE_MODEL } from './choose.ts';
import { followUps, MOST_FOLLOW_UPS } from './follow-ups.ts';
import { ENGLISH, languageOf, smallTalk, withoutCourtesies } from './language.ts';
import { isInEnglish, notFound } from './not-found.ts';
import { estimateTokens, usageOf } from './tokens.ts';

/** Passages asked of retrieval for one answer. */
const PASSAGES = 8;
/** Messages before the question that are looked at. */
const HISTORY_MESSAGES = 20;
/** Earlier questions retrieval is told of. */
const EARLIER_QUESTIONS = 3;

export interface ComposeParts {
  readonly messages: Pick<MessageStore, 'tail'>;
  readonly conversations: Pick<ConversationStore, 'get'>;
  readonly chunks: Pick<ChunkStore, 'headings' | 'frequencies'>;
  readonly attachments: Pick<AttachmentStore, 'said'>;
  readonly retriever: Retriever;
  readonly answerer: Answerer;
}

/**
 * Retrieve, then answer. A greeting, thanks, or a question to the assistant about itself is answered without documents. An
 * assistant that has a knowledge base which holds nothing on the question says so without asking the model: what is not in
 * the documents is not for it to make up. Only where the page offers tools is the model asked all the same, because the
 * visitor may want one of them.
 */
export function makeCompose({
  messages,
  conversations,
  chunks,
  attachments,
  retriever,
  answerer,
}: ComposeParts): Compose {
  return async function* compose(turn: Turn, signal: AbortSignal) {
    const { scope, assistant, conversationId, question, ordinal, page: tools = null } = turn;
    const { knowledgeBaseId } = assistant;
    const talk = knowledgeBaseId === null ? null : politely(question.content, assistant);
    // A model may have its own manner, where the documents let it speak.
    if (talk && assistant.model === EXTRACTIVE_MODEL) {
      yield* talk;
      return;
    }
    const asked = pageOf(question.metadata);
    // Together: each is a journey to the database, and the first word waits for both.
    const [before, conversation, attached] = await Promise.all([
      messages.tail(scope, conversationId, HISTORY_MESSAGES, ordinal),
      asked ? null : conversations.get(scope, conversationId),
      assistant.attachments?.enabled ? attachments.said(scope, conversationId, ordinal) : [],
    ]);
    const history = worthKeeping(before);
    const page = asked ?? pageOf(conversation?.metadata ?? {});
    const earlierQuestions = history
      .filter(({ role, content }) => role === 'user' && !smallTalk(content))
      .slice(-EARLIER_QUESTIONS)
      .map(({ content }) => withoutCourtesies(content));
    const matter = withoutCourtesies(question.content);
    const files = await filesOf(attached, { question: matter, earlierQuestions, signal });
    const passages =
      knowledgeBaseId === null
        ? []
        : await retriever.retrieve({
            scope: { accountId: scope.accountId },
            knowledgeBaseId,
            question: matter,
            earlierQuestions,
            ...(page ? { page } : {}),
            limit: PASSAGES,
            signal,
          });
    if (knowledgeBaseId !== null && passages.length === 0 && files.length === 0 && tools === null) {
      const english = languageOf(question.content) !== ENGLISH && (await isInEnglish(chunks, scope, knowledgeBaseId));
      yield* talk ?? notFound(question.content, english);
      return;
    }
    const said = [...history.filter(({ role }) => role === 'user').map(({ content }) => content), question.content];
    const sources: Source[] = [...(tools?.sources ?? [])];
    for await (const part of answerer.answer({
      assistant,
      history,
      question: question.content,
      passages,
      ...(files.length > 0 && { files }),
      page: tools,
      signal,
    })) {
      if (part.type === 'source') sources.push(part.source);
      if (part.type !== 'result' || part.outcome !== 'answered' || sources.length === 0) yield part;
      else yield { ...part, followUps: await followUps(chunks, scope, sources, said) };
    }
  };
}

/**
 * The answer to a message that is a greeting, thanks, or asks who is answering, and nothing else; `null` for a question.
 * A greeting is returned in the owner's words where those are in the visitor's language; who asks what it can do is
 * offered the owner's suggested questions.
 */
function politely(message: string, { name, widget }: Turn['assistant']): readonly AnswerPart[] | null {
  const talk = smallTalk(message);
  if (!talk) return null;
  const { greeting = '', prompts = [] } = widget;
  const own = greeting !== '' && languageOf(greeting) === talk.in ? greeting : talk.in.greeting;
  const text = {
    greeting: own,
    thanks: talk.in.welcome,
    about: talk.in.introduction.replace('{name}', () => name),
  }[talk.kind];
  const usage = usageOf(estimateTokens(message), estimateTokens(text));
  const offered = talk.kind === 'about' && prompts.length > 0 ? { followUps: prompts.slice(0, MOST_FOLLOW_UPS) } : {};
  return [
    { type: 'text', text },
    { type: 'result', outcome: 'answered', usage, ...offered },
  ];
}

/** What the visitor attached, searched as a base of documents is: with the same judges of what is relevant. */
async function filesOf(
  rows: readonly AttachmentRow[],
  asked: { readonly question: string; readonly earlierQuestions: readonly string[]; readonly signal: AbortSignal },
): Promise<AttachedFile[]> {
  const scope = { accountId: '' };
  return Promise.all(
    rows.map(async ({ id, name, chunks }) => {
      const retriever = createRetriever(memoryChunks(id, name, chunks));
      const passages = await retriever.retrieve({ ...asked, scope, knowledgeBaseId: '', limit: PASSAGES });
      return { name, text: chunks.map(({ text }) => text).join('\n\n'), passages };
    }),
  );
}

/** Questions with their answers, where there is one: a failed turn teaches a model nothing. */
function worthKeeping(rows: readonly MessageRow[]): AnswerRequest['history'] {
  return rows.flatMap((row, index) => {
    const answer = rows[index + 1];
    if (row.role !== 'user' || answer?.role !== 'assistant' || answer.content === '') return [];
    if (answer.status !== 'complete' && answer.status !== 'stopped') return [];
    return [
      { role: 'user' as const, content: row.content },
      { role: 'assistant' as const, content: answer.content },
    ];
  });
}

/** The page the visitor is on, as metadata of the question, or else of the conversation, says: `page: { url, title }`. */
function pageOf(metadata: { readonly [key: string]: unknown }): { url: string; title: string } | null {
  const page = metadata.page;
  if (typeof page !== 'object' || page === null) return null;
  const { url, title } = page as { url?: unknown; title?: unknown };
  return typeof url === 'string' ? { url, title: typeof title === 'string' ? title : '' } : null;
}
