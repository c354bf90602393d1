import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeStreamEvent, SSE_HEADERS } from '../src/protocol/sse-encode.ts';

/**
 * A small server on 127.0.0.1 that speaks the messages' wire: one question per idempotency key, an answer that goes on
 * without its reader, resume by position, stop. It keeps time by its readers: each answer is written in `pieces`, one a turn of
 * the event loop.
 */
export async function wireServer(pieces: readonly string[]) {
  const answers = new Map<string, { id: string; content: string; status: string; wake: Set<() => void> }>();
  const byKey = new Map<string, string>();
  let questions = 0;

  const begin = () => {
    const answer = { id: `msg_${answers.size + 1}`, content: '', status: 'streaming', wake: new Set<() => void>() };
    answers.set(answer.id, answer);
    questions += 1;
    const left = [...pieces];
    const write = () => {
      if (answer.status !== 'streaming') return;
      const piece = left.shift();
      if (piece === undefined) answer.status = 'complete';
      else answer.content += piece;
      for (const wake of answer.wake) wake();
      if (piece !== undefined) setImmediate(write);
    };
    setImmediate(write);
    return answer;
  };

  const follow = (id: string, after: number, response: ServerResponse) => {
    const answer = answers.get(id)!;
    let position = Math.min(after, answer.content.length);
    response.writeHead(200, SSE_HEADERS);
    response.write(encodeStreamEvent({ type: 'start', message_id: id, offset: position }, position));
    const pump = () => {
      if (answer.content.length > position) {
        const content = answer.content.slice(position);
        position = answer.content.length;
        response.write(encodeStreamEvent({ type: 'delta', content }, position));
      }
      if (answer.status === 'streaming') return;
      answer.wake.delete(pump);
      const status = answer.status as 'complete' | 'stopped';
      response.write(encodeStreamEvent({ type: 'sources', sources: [], outcome: 'answered' }, position));
      const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
      response.end(encodeStreamEvent({ type: 'end', usage, status }, position));
    };
    answer.wake.add(pump);
    response.on('close', () => answer.wake.delete(pump));
    pump();
  };

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
      const [, , , , , id, action] = pathname.split('/');
      if (request.method === 'GET' && id && answers.has(id)) {
        return follow(id, Number(searchParams.get('after')), response);
      }
      if (request.method === 'POST' && id === 'stream') {
        const key = String(request.headers['idempotency-key']);
        const known = byKey.get(key) ?? begin().id;
        byKey.set(key, known);
        return follow(known, 0, response);
      }
      if (request.method === 'POST' && id && action === 'stop') {
        answers.get(id)!.status = 'stopped';
        for (const wake of answers.get(id)!.wake) wake();
        response.writeHead(200, { 'Content-Type': 'application/json' });
        return response.end('{}');
      }
      response.writeHead(404, { 'Content-Type': 'application/json' });
      return response.end('{"error":{"code":"not_found","message":"?"}}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    questions: () => questions,
    answers: () => [...answers.values()],
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
