import { useAssisters } from '@assisters/react';

export function App() {
  const { messages, status, sources, error, send, stop, regenerate } = useAssisters({
    publishableKey: 'pk_live_…',
    apiUrl: 'https://chat.example.com/v1',
    assistantId: 'ast_…',
  });
  const writing = status === 'submitted' || status === 'streaming';

  return (
    <section aria-label="Chat">
      <ol>
        {messages.map(({ key, role, content }) => (
          <li key={key} data-role={role}>
            {content}
          </li>
        ))}
      </ol>
      <ul aria-label="Sources">
        {sources.map(({ title, url }) => (
          <li key={title}>{url ? <a href={url}>{title}</a> : title}</li>
        ))}
      </ul>
      {error && (
        <p role="alert">
          {error.code}{' '}
          <button type="button" onClick={regenerate}>
            Try again
          </button>
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send(String(new FormData(event.currentTarget).get('question')));
          event.currentTarget.reset();
        }}
      >
        <input name="question" aria-label="Question" autoComplete="off" />
        {writing ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button type="submit" disabled={status === 'loading'}>
            Send
          </button>
        )}
      </form>
    </section>
  );
}
