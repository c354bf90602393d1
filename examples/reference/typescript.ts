import { Assisters } from '@assisters/sdk';

const client = new Assisters({ apiKey: 'sk_live_…' });

const conversation = await client.conversations.create({ assistantId: 'ast_…' });

const response = await client.messages.create({
  conversationId: conversation.id,
  content: 'Hello!',
});
console.log(response.content);

const stream = await client.messages.stream({
  conversationId: conversation.id,
  content: 'Tell me more.',
});
for await (const chunk of stream) {
  process.stdout.write(chunk.content);
}
