import { Readable } from 'node:stream';
import { z } from '@hono/zod-openapi';
import type { VisitorExport } from '../../protocol/resources.ts';
import { type Call, defineRoute } from '../http/route.ts';
import { ConversationSchema, toConversation, toMessage } from '../openapi/message-schemas.ts';
import { Timestamp } from '../openapi/schemas.ts';
import type { ConversationRow } from '../store/store.ts';
import { ConversationAttachmentSchema, toAttachment } from './attachments.ts';

const PAGE = 100;

const ExportedAttachment = ConversationAttachmentSchema.extend({ text: z.string() }).openapi('ExportedAttachment');

const VisitorExportSchema: z.ZodType<VisitorExport> = z
  .object({
    visitor_id: z.string(),
    user_id: z.string().nullable(),
    exported_at: Timestamp,
    conversations: z.array(ConversationSchema.and(z.object({ attachments: z.array(ExportedAttachment) }))),
  })
  .openapi('VisitorExport');

const exportVisitor = defineRoute('exportVisitor', {
  summary: 'Everything that is stored about the visitor',
  description: 'All conversations of the visitor whose token asks, oldest first, each with all its messages.',
  answer: {
    status: 200,
    description: 'A JSON document, to keep as a file.',
    schema: VisitorExportSchema as z.ZodType<unknown>,
  },
  async handle(call) {
    return new Response(Readable.toWeb(Readable.from(exported(call))) as ReadableStream, {
      headers: {
        'Content-Type': 'application/json',
        'Content-Disposition': 'attachment; filename="conversations.json"',
      },
    });
  },
});

const deleteVisitor = defineRoute('deleteVisitor', {
  summary: 'Delete everything that is stored about the visitor',
  description:
    'Conversations, messages, sessions on every device and what webhooks were still to hear of them. The token is good no more.',
  answer: { status: 204, description: 'Deleted.' },
  async handle({ deps, scope }) {
    const visitor = { accountId: scope.accountId, visitorId: scope.visitorId! };
    for await (const { id } of conversationsOf({ deps, scope })) await deps.turns.abandon(id);
    await deps.store.sessions.forget(visitor);
  },
});

/** What a visitor may do about their own data. */
export const visitorRoutes = [exportVisitor, deleteVisitor];

/** In pieces, a page of messages at a time: a talkative visitor is not held in memory. */
async function* exported(call: Pick<Call, 'deps' | 'scope' | 'principal'>): AsyncGenerator<Uint8Array> {
  const { deps, scope, principal } = call;
  const utf8 = new TextEncoder();
  const head = {
    visitor_id: scope.visitorId,
    user_id: principal.type === 'vt' ? principal.session.userId : null,
    exported_at: new Date(deps.clock()).toISOString(),
  };
  yield utf8.encode(`${JSON.stringify(head).slice(0, -1)},"conversations":[`);
  let comma = '';
  for await (const row of conversationsOf(call)) {
    const { messages: _none, ...conversation } = toConversation(row, []);
    yield utf8.encode(`${comma}${JSON.stringify(conversation).slice(0, -1)},"messages":[`);
    comma = '';
    for (let offset = 0; ; offset += PAGE) {
      const { rows, total } = await deps.store.messages.list(scope, row.id, { limit: PAGE, offset });
      for (const message of rows) {
        yield utf8.encode(comma + JSON.stringify(toMessage(message)));
        comma = ',';
      }
      if (rows.length === 0 || offset + rows.length >= total) break;
    }
    yield utf8.encode('],"attachments":[');
    comma = '';
    for (const file of await deps.store.attachments.list(scope, row.id)) {
      const text = file.chunks.map((chunk) => chunk.text).join('\n\n');
      yield utf8.encode(comma + JSON.stringify({ ...toAttachment(file), text }));
      comma = ',';
    }
    yield utf8.encode(']}');
    comma = ',';
  }
  yield utf8.encode(']}');
}

/** Oldest first. Read as a list of ids before anything is done with them, so that a deletion skips none. */
async function* conversationsOf({ deps, scope }: Pick<Call, 'deps' | 'scope'>): AsyncGenerator<ConversationRow> {
  const all: ConversationRow[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const { rows, total } = await deps.store.conversations.list(scope, { limit: PAGE, offset });
    all.push(...rows);
    if (rows.length === 0 || all.length >= total) break;
  }
  yield* all.reverse();
}
