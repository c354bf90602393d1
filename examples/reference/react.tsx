import { AssistersChat } from '@assisters/react';

export function App() {
  return (
    <AssistersChat
      publishableKey="pk_live_…"
      apiUrl="https://chat.example.com/v1"
      assistantId="ast_…"
      theme="light"
      position="bottom-right"
      placeholder="Ask me anything..."
      onMessage={(msg) => console.log('New message:', msg.role, msg.content)}
    />
  );
}
