import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { AssistersChat, useAssisters } from './index.ts';

test('on a server it is the bare tag with its options, and no listener runs', () => {
  const html = renderToString(
    <AssistersChat
      publishableKey="pk_test_1"
      assistantId="ast_1"
      apiUrl="https://chat.example.com/v1"
      theme="light"
      noLauncher
      zIndex={7}
      open
      className="chat"
      headers={{ 'x-secret': 'not in markup' }}
      onReady={() => expect.unreachable()}
      onMessage={() => {}}
    />,
  );
  expect(html).toMatch(/^<assisters-chat [^<>]*><\/assisters-chat>$/);
  const attributes = [...html.matchAll(/([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => `${name}=${value}`);
  expect(attributes.sort()).toEqual([
    'api-url=https://chat.example.com/v1',
    'assistant-id=ast_1',
    'class=chat',
    'no-launcher=',
    'publishable-key=pk_test_1',
    'theme=light',
    'z-index=7',
  ]);
});

function Own() {
  const { status, messages, error, sources } = useAssisters({ publishableKey: 'pk_test_1' });
  return <p>{JSON.stringify({ status, messages, error, sources })}</p>;
}

test('on a server the hook gives the empty chat and asks for nothing', () => {
  const html = renderToString(<Own />).replaceAll('&quot;', '"');
  expect(html).toBe('<p>{"status":"idle","messages":[],"error":null,"sources":[]}</p>');
});

test('there is no window in the process that imported it', () => {
  expect(typeof window).toBe('undefined');
});
