import { Assisters, verifyWebhook, WebhookVerificationError, webhookTestHeaders } from '@assisters/sdk';

/**
 * What the SDK must do in every runtime, against a real server: create, stream, also over a bad line, resume, verify a
 * webhook, upload.
 * Throws when something is not as it should be.
 *
 * @param {{ baseURL: string, faultsURL: string, assistantId: string, seed3: string, apiKey: string, headers?: Record<string, string>, upload: boolean }} facts
 */
export async function smoke({ baseURL, faultsURL, assistantId, seed3, apiKey, headers, upload }) {
  const done = [];
  const check = (name, is, expected) => {
    if (is !== expected) throw new Error(`${name}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(is)}`);
    done.push(name);
  };
  const client = new Assisters({ apiKey, baseURL, headers });
  const { id: conversationId } = await client.conversations.create({ assistantId });
  const answer = await client.messages.create({ conversationId, content: 'Hello!' });
  check('create', answer.content, 'You said: Hello!');

  const stream = await client.messages.stream({ conversationId, content: 'seed 3' });
  let text = '';
  for await (const chunk of stream) text = text.slice(0, chunk.offset) + chunk.content;
  check('stream', text, seed3);

  const unlucky = new Assisters({ apiKey, baseURL: faultsURL, headers });
  const dropped = await unlucky.messages.stream({ conversationId, content: 'seed 3' });
  check('faults', (await dropped.finalMessage()).content, seed3);

  const { message_id: messageId } = await stream.start;
  const half = seed3.slice(0, Math.floor(seed3.length / 2)).replace(/[\ud800-\udbff]$/, '');
  const resumed = await client.messages.resume({ conversationId, messageId, content: half });
  let rest = '';
  for await (const chunk of resumed) rest += chunk.content;
  check('resume', half + rest, seed3);

  const secret = `whsec_${btoa('0123456789abcdef0123456789abcdef')}`;
  const body = '{"type":"message.created"}';
  const signed = await webhookTestHeaders(body, { secret, id: 'del_1' });
  check('webhook', await verifyWebhook(body, signed, { secret }), 'del_1');
  const refused = await verifyWebhook(`${body} `, signed, { secret }).catch((error) => error);
  check('forged webhook', refused instanceof WebhookVerificationError, true);

  const unknown = await client.conversations.get('conv_none').catch((error) => error);
  check('error', `${unknown.name} ${unknown.status} ${unknown.code}`, 'NotFoundError 404 not_found');

  if (upload) {
    const { id: knowledgeBaseId } = await client.knowledgeBases.create({ name: 'Runtime' });
    const file = new Blob(['# Hi\n\nThere.']).stream();
    const document = await client.documents.create({ knowledgeBaseId, file, filename: 'hi.md' });
    check('upload', `${document.filename} ${document.bytes}`, 'hi.md 12');
    await client.knowledgeBases.delete(knowledgeBaseId);
  }
  return done;
}
