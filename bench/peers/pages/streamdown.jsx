import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Streamdown } from 'streamdown';
import { loadHistory, readDeltas } from './read-deltas.js';

/** A renderer, not a widget: the list and the box around it are the plainest React there is. */
function Chat({ history }) {
  const [messages, setMessages] = useState(history);
  const send = () => {
    let text = '';
    setMessages((all) => [...all, { role: 'assistant', content: '' }]);
    readDeltas((delta) => {
      text += delta;
      const content = text;
      setMessages((all) => [...all.slice(0, -1), { role: 'assistant', content }]);
    });
  };
  return (
    <div style={{ width: 400, height: 600, display: 'flex', flexDirection: 'column' }}>
      <div style={{ flex: 1, overflow: 'auto', display: 'flex', flexDirection: 'column-reverse' }}>
        <div>
          {messages.map(({ content }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows at its end.
            <Streamdown key={at}>{content}</Streamdown>
          ))}
        </div>
      </div>
      <textarea
        className="chat-input"
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          send();
        }}
      />
    </div>
  );
}

createRoot(document.getElementById('chat')).render(<Chat history={window.benchHistory ? await loadHistory() : []} />);
