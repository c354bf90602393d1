import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import { HEADER } from '../../protocol/headers.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Message } from '../../protocol/resources.ts';
import { usesTools } from '../answer/choose.ts';
import { ownerOf } from '../auth/principal.ts';
import { ApiError, badField, notFound } from '../http/api-error.ts';
import { type Call, defineRoute } from '../http/route.ts';
import { validate } from '../http/validate.ts';
import { MessageSchema, PageToolsSchema, ToolResultSchema, toMessage } from '../openapi/message-schemas.ts';
import { MetadataSchema, pageOf, toPage, WINDOW_QUERY } from '../openapi/schemas.ts';
import type { AssistantRow, ConversationRow } from '../store/store.ts';
import { answerStream } from '../turn/answer-stream.ts';
import { endError } from '../turn/frames.ts';
import type { LiveAnswer } from '../turn/live-answer.ts';
import { refusal } from '../turn/refusals.ts';
import type { NoAnswer } from '../turn/turns.ts';
import { wellFormed } from '../turn/well-formed.ts';

const NewMessage = z
  .strictObject({
    content: z.string().openapi({ description: `At most ${LIMITS.messageChars} characters.` }),
    metadata: MetadataSchema.default({}),
    replaces: z.string().max(100).exactOptional().openapi({
      description: 'Id of a question of this conversation that this one takes the place of. It and all after it go.',
    }),
    attachments: z.array(z.string().max(100)).max(LIMITS.attachmentsPerMessage).exactOptional().openapi({
      description: 'Ids of files that were attached to this conversation for this question.',
    }),
    tools: PageToolsSchema.exactOptional().openapi({
      description:
        'What the page can do for the model. An answer that asks for it ends as `awaiting_tool` with `tool_calls`; send what ' +
        'came of them to `…/tool-results`. The built-in model uses none.',
    }),
  })
  .openapi('NewMessage');
type NewMessageBody = z.infer<typeof NewMessage>;

const IDEMPOTENT =
  `Send \`${HEADER.idempotencyKey}\` to make repeating it safe: for 24 hours the same key and body give the same answer, ` +
  'running or finished, and an answer that failed or was interrupted is written again.';
const STREAM_ANSWER = {
  status: 200,
  description: 'Server-sent events: `start`, `delta`…, `sources`, then `end` or `error`.',
  mediaType: 'text/event-stream',
  // Of each event; OpenAPI 3.1 has no words for a stream of them.
  schema: z
    .object({ id: z.string(), data: z.string().openapi({ description: 'JSON' }) })
    .openapi('StreamEvent') as z.ZodType<unknown>,
} as const;
const ASK_ERRORS = [
  'answer_in_progress',
  'conversation_ended',
  'payload_too_large',
  'idempotency_mismatch',
  'service_unavailable',
] as const;
const ANSWER_ERRORS = ['model_error', 'model_timeout', 'interrupted'] as const;

const listMessages = defineRoute('listMessages', {
  summary: 'List the messages of a conversation',
  query: z.object(WINDOW_QUERY),
  answer: { status: 200, description: 'Oldest first.', schema: pageOf('messages', MessageSchema) },
  async handle({ deps, scope, params, query: { limit, offset } }) {
    if (!(await deps.store.conversations.get(scope, params.id))) throw notFound('conversation');
    const { rows, total } = await deps.store.messages.list(scope, params.id, { limit, offset });
    return toPage('messages', rows.map(toMessage), total, offset);
  },
});

const createMessage = defineRoute('createMessage', {
  summary: 'Ask, and get the whole answer',
  description: `Waits until the answer is whole; going away does not end it. ${IDEMPOTENT}`,
  headers: ['idempotencyKey', 'proof'],
  body: NewMessage,
  answer: { status: 200, description: 'The answer.', schema: MessageSchema },
  errors: [...ASK_ERRORS, ...ANSWER_ERRORS],
  async handle(call) {
    return whole(call, await ask(call));
  },
});

const streamMessage = defineRoute('streamMessage', {
  summary: 'Ask, and get the answer while it is written',
  description:
    'A line that breaks does not end the answer: continue with `GET …/messages/{mid}/stream`. To end it, stop it. ' +
    IDEMPOTENT,
  headers: ['idempotencyKey', 'proof'],
  body: NewMessage,
  answer: STREAM_ANSWER,
  errors: ASK_ERRORS,
  async handle(call) {
    return answerStream(call, await ask(call), 0);
  },
});

const resumeMessage = defineRoute('resumeMessage', {
  summary: 'Follow an answer from a position',
  description:
    `Continues after the event \`${HEADER.lastEventId}\` (or \`?after=\`) names: first what is stored, then what is written. ` +
    'A position beyond the answer starts at 0. The `start` event says where in `offset`.',
  headers: ['lastEventId'],
  query: z.object({ after: z.string().max(30).optional() }),
  answer: STREAM_ANSWER,
  errors: ['invalid_request'],
  async handle(call) {
    const { deps, scope, params, query, request } = call;
    const from = position(request.headers.get(HEADER.lastEventId) || query.after);
    return answerStream(call, answered(call, await deps.turns.follow(scope, params.id, params.mid)), from);
  },
});

const stopMessage = defineRoute('stopMessage', {
  summary: 'Stop an answer',
  description: 'Ends the model and keeps what was written. An answer that has ended is given as it is.',
  answer: { status: 200, description: 'The answer as it is now.', schema: MessageSchema },
  async handle({ deps, scope, params }) {
    const row = await deps.turns.stop(scope, params.id, params.mid);
    if (row === 'gone') throw notFound('message');
    return toMessage(row);
  },
});

const retryMessage = defineRoute('retryMessage', {
  summary: 'Write the last answer again',
  description: 'In its place. Answers with the event stream, or with the whole answer for `Accept: application/json`.',
  headers: ['proof'],
  answer: { ...STREAM_ANSWER, json: MessageSchema },
  errors: ['answer_in_progress', 'conversation_ended', 'conflict', 'service_unavailable', ...ANSWER_ERRORS],
  async handle(call) {
    const { deps, scope, params, request } = call;
    const place = await conversationOf(call);
    const answer = answered(call, await deps.turns.retry({ scope, ...place, client: client(call) }, params.mid));
    return wantsJson(request) ? Response.json(await whole(call, answer)) : answerStream(call, answer, 0);
  },
});

const createToolResults = defineRoute('createToolResults', {
  summary: 'Give the results of the page’s tools, and get the rest of the answer',
  description:
    'One result for each of the answer’s `tool_calls` that has none, all at once: `content`, any JSON, or `error`, why there ' +
    'is none (the visitor declined, the page failed). The answer goes on where it stopped, as the event stream or, for ' +
    '`Accept: application/json`, as the whole answer. The same results again give the same answer.',
  body: z
    .strictObject({
      results: z
        .array(
          z
            .strictObject({
              tool_call_id: z.string().min(1).max(200),
              content: z.unknown().exactOptional(),
              error: z.string().min(1).max(1_000).exactOptional(),
            })
            .openapi('NewToolResult'),
        )
        .min(1)
        .max(LIMITS.toolCallsPerRound),
    })
    .openapi('NewToolResults'),
  answer: { ...STREAM_ANSWER, json: MessageSchema },
  errors: ['answer_in_progress', 'conversation_ended', 'conflict', 'service_unavailable', ...ANSWER_ERRORS],
  async handle(call) {
    const { deps, scope, params, body, request } = call;
    const given = body.results.map(({ tool_call_id: id, ...result }, n) => ({
      id,
      result: validate(ToolResultSchema, result, `results.${n}`),
    }));
    const row = await deps.store.messages.get(scope, params.id, params.mid);
    if (!row) throw notFound('message');
    const place = await conversationOf(call);
    const proceed = deps.turns.proceed({ scope, ...place, client: client(call) }, params.mid, given);
    const answer = answered(call, await proceed);
    if (wantsJson(request)) return Response.json(await whole(call, answer));
    // The caller holds what was written before it asked.
    const asked = row.tools?.calls.find(({ id }) => id === given[0]!.id);
    return answerStream(call, answer, asked?.at ?? 0);
  },
});

export const messageRoutes = [
  listMessages,
  createMessage,
  streamMessage,
  resumeMessage,
  stopMessage,
  retryMessage,
  createToolResults,
];

type ConversationCall = Pick<Call, 'deps' | 'scope' | 'principal' | 'clientIp' | 'request'> & {
  readonly params: { readonly id: string };
};

async function ask(call: ConversationCall & { readonly body: NewMessageBody }): Promise<LiveAnswer> {
  const { deps, scope, body } = call;
  const content = wellFormed(body.content);
  if (content.trim() === '') throw badField('content', 'Expected a question, got no text.');
  if (content.length > LIMITS.messageChars) {
    throw new ApiError(
      'payload_too_large',
      `content: Expected at most ${LIMITS.messageChars} characters (got ${content.length}). Shorten the question.`,
      { field: 'content', limit: LIMITS.messageChars },
    );
  }
  const place = await conversationOf(call);
  const { metadata, replaces = null } = body;
  const tools = usesTools(place.assistant) ? (body.tools ?? []) : [];
  const { attachments = [] } = body;
  const idempotency = idempotencyOf(call, content, body);
  const asked = { scope, ...place, content, metadata, replaces, tools, attachments, idempotency, client: client(call) };
  const answer = await deps.turns.ask(asked);
  if (answer === 'gone' && replaces !== null) throw badField('replaces', 'No such question in this conversation.');
  return answered(call, answer);
}

async function conversationOf({
  deps,
  scope,
  params,
}: ConversationCall): Promise<{ readonly conversation: ConversationRow; readonly assistant: AssistantRow }> {
  const conversation = await deps.store.conversations.get(scope, params.id);
  const assistant =
    conversation && (await deps.store.assistants.get({ accountId: scope.accountId }, conversation.assistantId));
  if (!assistant) throw notFound('conversation');
  return { conversation, assistant };
}

function idempotencyOf({ principal, request, params }: ConversationCall, content: string, body: NewMessageBody) {
  const key = request.headers.get(HEADER.idempotencyKey);
  if (key === null) return null;
  if (key === '' || key.length > LIMITS.idempotencyKeyChars) {
    throw badField(HEADER.idempotencyKey, `Expected 1 to ${LIMITS.idempotencyKeyChars} characters.`);
  }
  // Asking for the stream and asking for the whole answer are the same question.
  const { metadata, replaces, tools, attachments } = body;
  const parts: unknown[] = replaces === undefined && tools === undefined ? [] : [replaces ?? null, tools ?? []];
  if (attachments?.length) parts.push({ attachments });
  const asked = `POST /conversations/${params.id}/messages\n${JSON.stringify([content, metadata, ...parts])}`;
  return { owner: ownerOf(principal), key, requestHash: createHash('sha256').update(asked).digest('hex') };
}

function wantsJson(request: Request): boolean {
  return /^\s*application\/json\b/i.test(request.headers.get('Accept') ?? '');
}

/** Visitors are counted by address; servers with a secret key answer for many people. */
function client({ principal, clientIp }: ConversationCall): string | null {
  return principal.type === 'vt' ? clientIp : null;
}

function answered({ deps }: Pick<Call, 'deps'>, answer: LiveAnswer | NoAnswer): LiveAnswer {
  if (typeof answer === 'string') throw refusal(answer, deps.clock());
  return answer;
}

/** Waits for the end. A failed answer is its error. */
async function whole(
  { deps, scope, params }: Pick<Call, 'deps' | 'scope'> & { readonly params: { readonly id: string } },
  answer: LiveAnswer,
): Promise<Message> {
  const end = await ended(answer);
  if (end.status === 'failed' || end.status === 'interrupted') {
    const { code, message } = endError(end);
    throw new ApiError(Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'internal_error', message, {
      message_id: answer.messageId,
    });
  }
  const row = await deps.store.messages.get(scope, params.id, answer.messageId);
  if (!row) throw notFound('message');
  return toMessage(row);
}

function ended(answer: LiveAnswer): Promise<NonNullable<LiveAnswer['end']>> {
  return new Promise((resolve) => {
    const look = () => {
      if (!answer.end) return;
      unsubscribe();
      resolve(answer.end);
    };
    const unsubscribe = answer.subscribe(look);
    look();
  });
}

function position(text: string | null | undefined): number {
  if (text === null || text === undefined) return 0;
  if (!/^\d{1,15}$/.test(text)) {
    throw badField('after', 'Expected a position: the id of the last event that was read, a whole number.');
  }
  return Number(text);
}
