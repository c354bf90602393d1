import type { KnowledgeDocument } from '../../src/protocol/resources.ts';
import { type ModelServer, startModelServer } from '../../test/model-server.ts';
import { Line } from './line.ts';
import { TestServer } from './server.ts';

const HANDBOOK = `# Handbook

## Opening hours

The workshop is open from nine to five on weekdays. On Saturdays it opens at ten and closes at two.

## Returns

Unused lamps can be returned within thirty days. The refund arrives on the card that paid for the order.

## Warranty

Every lamp has a warranty of five years. Bulbs are not part of the warranty.
`;

/** A server with a model provider behind it and one site that may use it. */
export interface World {
  readonly server: TestServer;
  /** Where the visitor's browser reaches the server: through the line. */
  readonly host: string;
  readonly line: Line;
  readonly model: ModelServer;
  /** Opens both assistants from the site's origin. */
  readonly publishableKey: string;
  /** Quotes the handbook. */
  readonly docs: string;
  /** Is written by the model server. */
  readonly writer: string;
  dispose(): Promise<void>;
}

interface Created {
  readonly id: string;
}

/** Starts both and fills them through the public API. @param origin the site's @param env more settings of the server */
export async function createWorld(origin: string, env: Readonly<Record<string, string>> = {}): Promise<World> {
  const model = await startModelServer();
  const line = await Line.start();
  const server = await TestServer.start({ modelUrl: model.url, publicUrl: line.origin, env });
  line.target = server.port;
  const knowledge = await server.api<Created>('POST', '/knowledge-bases', { name: 'Handbook' });
  const form = new FormData();
  form.append('file', new Blob([HANDBOOK], { type: 'text/markdown' }), 'handbook.md');
  form.append('metadata', JSON.stringify({ url: 'https://lamps.example/handbook' }));
  const documents = `/knowledge-bases/${knowledge.id}/documents`;
  const { id: document } = await server.api<Created>('POST', documents, form);
  await ready(server, `${documents}/${document}`);
  const assistant = async (name: string, answers: string) =>
    (
      await server.api<Created>('POST', '/assistants', {
        name,
        description: 'Questions about our lamps',
        model: answers,
        system_prompt: '',
        knowledge_base_id: knowledge.id,
      })
    ).id;
  const docs = await assistant('Docs', 'extractive');
  const writer = await assistant('Docs', 'test-model');
  const publishableKey = await createKey(server, [origin], [docs, writer]);
  return {
    server,
    host: line.origin,
    line,
    model,
    publishableKey,
    docs,
    writer,
    async dispose() {
      await line.close();
      await server.dispose();
      await model.close();
    },
  };
}

/** Waits until a document has been read; it is, in the background, after the upload was answered. */
async function ready(server: TestServer, path: string): Promise<void> {
  for (;;) {
    const { status, error } = await server.api<KnowledgeDocument>('GET', path);
    if (status === 'ready') return;
    if (status === 'failed') throw new Error(`The handbook could not be read: ${error?.message}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A publishable key for those origins. */
export async function createKey(
  server: TestServer,
  origins: readonly string[],
  assistantIds: readonly string[],
): Promise<string> {
  const body = { kind: 'publishable', name: 'e2e', origins, assistant_ids: assistantIds };
  return (await server.api<{ readonly key: string }>('POST', '/api-keys', body)).key;
}
