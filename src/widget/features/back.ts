/**
 * On a phone the panel takes the screen, and Back is how people leave what takes the screen: it closes the panel and
 * stays on the page. An entry of history stands for the open panel; closing it otherwise takes the entry away again.
 */
const MARK = 'assistersPanel';

/** Puts the entry there and calls `close` when the visitor goes back. Gives what to call when the panel closes. */
export function closeOnBack(close: () => void): () => void {
  const mark = String(Math.random());
  const isOurs = () => (history.state as Record<string, unknown> | null)?.[MARK] === mark;
  // The page's own state stays readable for its router.
  history.pushState({ ...(history.state as object | null), [MARK]: mark }, '');
  const gone = new AbortController();
  addEventListener(
    'popstate',
    () => {
      if (isOurs()) return;
      gone.abort();
      close();
    },
    { signal: gone.signal },
  );
  return () => {
    if (gone.signal.aborted) return;
    gone.abort();
    // Where the page has gone on meanwhile, the entry is not the last one, and going back would leave its page.
    if (isOurs()) history.back();
  };
}
