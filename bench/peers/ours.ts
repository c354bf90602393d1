import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Message } from '../../src/protocol/resources.ts';
import { encodeStreamEvent } from '../../src/protocol/sse-encode.ts';
import type { HistoryMessage } from '../texts.ts';
import type { Contestant } from './contestants.ts';
import type { Exchange, Site } from './mock-server.ts';

const WEB = fileURLToPath(new URL('../../dist/web/', import.meta.url));

/** Whether `npm run build` has been run. */
export const oursIsBuilt = (): boolean => existsSync(join(WEB, 'assisters.js'));

const messageOf = ({ role, content }: HistoryMessage, at: number): Message => ({
  id: `msg_${at}`,
  conversation_id: 'conv_bench',
  role,
  content,
  status: 'complete',
  timestamp: new Date(1_760_000_000_000 + at * 1000).toISOString(),
  metadata: {},
  sources: [],
  outcome: role === 'assistant' ? 'answered' : null,
  usage: null,
  error: null,
  truncated: false,
  feedback: null,
  follow_ups: [],
  tool_calls: [],
  attachments: [],
});

/** Our wire, from memory: what the widget asks of the API between the launcher and an answer. */
async function backend({ method, url, scenario, json, stream }: Exchange): Promise<boolean> {
  const path = `${method} ${url.pathname}`;
  const conversation = {
    id: 'conv_bench',
    assistant_id: 'ast_bench',
    user_id: null,
    metadata: {},
    messages: [],
    created_at: '2026-01-01T00:00:00.000Z',
    ended_at: null,
  };
  if (path === 'GET /v1/widget/config') {
    json({ assistant: { id: 'ast_bench', name: 'Bench', description: '' }, widget: {}, document_count: 1 });
  } else if (path === 'POST /v1/visitor-sessions') {
    json({
      token: `vt_${'a'.repeat(49)}`,
      visitor_id: 'vis_bench',
      assistant_id: 'ast_bench',
      expires_at: '2099-01-01T00:00:00.000Z',
    });
  } else if (path === 'POST /v1/conversations') json(conversation);
  else if (path === 'GET /v1/conversations') {
    const conversations = scenario.history.length > 0 ? [conversation] : [];
    json({ conversations, total: conversations.length, has_more: false });
  } else if (path === 'GET /v1/conversations/conv_bench') json(conversation);
  else if (path === 'GET /v1/conversations/conv_bench/messages') {
    const limit = Math.min(Number(url.searchParams.get('limit') ?? 20), 100);
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const total = scenario.history.length;
    const messages = scenario.history
      .slice(offset, offset + limit)
      .map((message, at) => messageOf(message, offset + at));
    json({ messages, total, has_more: offset + limit < total });
  } else if (path === 'POST /v1/conversations/conv_bench/messages/stream') {
    await stream({
      contentType: 'text/event-stream; charset=utf-8',
      head: encodeStreamEvent(
        { type: 'start', message_id: 'msg_answer', user_message_id: 'msg_question', offset: 0 },
        0,
      ),
      frame: (content, at) => encodeStreamEvent({ type: 'delta', content }, at),
      tail:
        encodeStreamEvent({ type: 'sources', sources: [], outcome: 'answered' }, scenario.text.length) +
        encodeStreamEvent(
          { type: 'end', usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } },
          scenario.text.length,
        ),
    });
  } else return false;
  return true;
}

async function prepare(): Promise<Site> {
  if (!oursIsBuilt()) throw new Error('dist/web/assisters.js does not exist; run `npm run build` first');
  const files = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  return {
    files: new Map(files.map((file) => [`/${file.replaceAll('\\', '/')}`, join(WEB, file)])),
    backend,
    page: () =>
      '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Bench</title><body>' +
      '<script async src="/assisters.js" data-publishable-key="pk_test_bench"></script></body></html>',
  };
}

/** `<assisters-chat>` as a site pastes it: the built script, in a shadow tree, on our wire. */
export const ours: Contestant = {
  name: 'assisters',
  kind: 'ours',
  note: 'the built script and our own wire',
  prepare,
  ready: '[part~="launcher"]',
  launcher: '[part~="launcher"]',
  input: '[part~="input"]',
  history: true,
  returning: true,
  streams: true,
};
