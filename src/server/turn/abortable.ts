/**
 * The same items, until the signal aborts: then it throws the signal's reason at once, even when the source does not
 * listen to the signal, and tells the source to end.
 */
export async function* abortable<Item>(source: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  signal.throwIfAborted();
  const iterator = source[Symbol.asyncIterator]();
  let refuse: (reason: unknown) => void = () => {};
  const onAbort = () => refuse(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      signal.throwIfAborted();
      // Not Promise.race with one lasting promise: that keeps a reaction per item until the answer ends.
      const next = await new Promise<IteratorResult<Item>>((resolve, reject) => {
        refuse = reject;
        iterator.next().then(resolve, reject);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a source that hangs would hang the end of the answer with it.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
