import {
  AssistantRuntimeProvider,
  ComposerPrimitive,
  MessagePrimitive,
  ThreadPrimitive,
  useLocalRuntime,
} from '@assistant-ui/react';
import { MarkdownTextPrimitive } from '@assistant-ui/react-markdown';
import { createRoot } from 'react-dom/client';
import { loadHistory, readDeltas } from './read-deltas.js';

/** The library's own adapter shape: an async generator that yields the whole text so far. */
const adapter = {
  async *run() {
    let text = '';
    let done = false;
    let wake = () => {};
    readDeltas((delta) => {
      text += delta;
      wake();
    }).then(() => {
      done = true;
      wake();
    });
    for (let shown = ''; !done || shown !== text; ) {
      if (shown === text) {
        await new Promise((resolve) => {
          wake = resolve;
        });
        continue;
      }
      shown = text;
      yield { content: [{ type: 'text', text: shown }] };
    }
  },
};

const Markdown = () => <MarkdownTextPrimitive />;
const Message = () => (
  <MessagePrimitive.Root>
    <MessagePrimitive.Parts components={{ Text: Markdown }} />
  </MessagePrimitive.Root>
);

function Chat({ initialMessages }) {
  const runtime = useLocalRuntime(adapter, { initialMessages });
  return (
    <AssistantRuntimeProvider runtime={runtime}>
      <ThreadPrimitive.Root style={{ width: 400, height: 600, display: 'flex', flexDirection: 'column' }}>
        <ThreadPrimitive.Viewport style={{ flex: 1, overflow: 'auto' }}>
          <ThreadPrimitive.Messages components={{ Message }} />
        </ThreadPrimitive.Viewport>
        <ComposerPrimitive.Root>
          <ComposerPrimitive.Input className="chat-input" />
          <ComposerPrimitive.Send>Send</ComposerPrimitive.Send>
        </ComposerPrimitive.Root>
      </ThreadPrimitive.Root>
    </AssistantRuntimeProvider>
  );
}

const initialMessages = window.benchHistory ? await loadHistory() : [];
createRoot(document.getElementById('chat')).render(<Chat initialMessages={initialMessages} />);
