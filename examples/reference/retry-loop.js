import { Assisters } from '@assisters/sdk';

const client = new Assisters({ apiKey: 'sk_live_…' });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function sendWithRetry(conversationId, content, maxRetries = 3) {
  for (let attempt = 0; attempt < maxRetries; attempt++) {
    try {
      return await client.messages.create({ conversationId, content });
    } catch (error) {
      if (error.code === 'rate_limit_exceeded') {
        console.error(`rate limited, ${error.details.retry_after} s`);
        await sleep(error.details.retry_after * 1000);
      } else if (error.status >= 500) {
        console.error(`server error ${error.status}`);
        await sleep(2 ** attempt * 100);
      } else {
        throw error;
      }
    }
  }
  throw new Error('Max retries exceeded');
}

const conversation = await client.conversations.create({ assistantId: 'ast_…' });
const response = await sendWithRetry(conversation.id, 'Hello!');
console.log(response.content);
