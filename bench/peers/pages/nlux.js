import { createAiChat } from '@nlux/core';
import { loadHistory, readDeltas } from './read-deltas.js';

const chat = createAiChat().withAdapter({
  streamText(_prompt, observer) {
    readDeltas((delta) => observer.next(delta)).then(() => observer.complete());
  },
});
if (window.benchHistory) {
  const history = await loadHistory();
  chat.withInitialConversation(history.map(({ role, content }) => ({ role, message: content })));
}
// Its typing animation takes minutes for a long answer; without it the row shows what rendering costs.
chat.withMessageOptions({ streamingAnimationSpeed: 0, skipStreamingAnimation: true });
chat.withDisplayOptions({ height: 600, width: 400 }).mount(document.getElementById('chat'));
