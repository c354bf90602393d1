import { Composer, Container, MessageList } from '@botpress/webchat';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { loadHistory, readDeltas } from './read-deltas.js';

/** The published React components with the page's own messages: Botpress's backend is a cloud service only. */
const messageOf = ({ role, content }, at) => ({
  id: String(at),
  timestamp: new Date(1_760_000_000_000 + at * 1000),
  direction: role === 'user' ? 'outgoing' : 'incoming',
  sender: { name: role },
  block: { type: 'bubble', block: { type: 'text', text: content } },
});

function Chat({ history }) {
  const [messages, setMessages] = useState(history.map(messageOf));
  const sendMessage = async () => {
    let text = '';
    setMessages((all) => [...all, messageOf({ role: 'assistant', content: '…' }, all.length)]);
    readDeltas((delta) => {
      text += delta;
      const content = text;
      setMessages((all) => [...all.slice(0, -1), messageOf({ role: 'assistant', content }, all.length - 1)]);
    });
  };
  return (
    <Container connected style={{ width: 400, height: 600, display: 'flex' }}>
      <MessageList messages={messages} botName="Bot" isOpen />
      <Composer connected sendMessage={sendMessage} />
    </Container>
  );
}

createRoot(document.getElementById('chat')).render(<Chat history={window.benchHistory ? await loadHistory() : []} />);
