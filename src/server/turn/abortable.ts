/**
 * The same items, until the signal aborts: then it throws the signal's reason at once, even when the source does not
 * listen to the signal, and tells the source to end.
 */
export async function* abortable<Item>(source: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  signal.throwIfAborted();
  const iterator = source[Symbol.asyncIterator]();
  // Heard of, not asked for: the signal's getter costs more than the rest of the loop.
  let aborted = false;
  let refuse: (reason: unknown) => void = () => {};
  const onAbort = () => {
    aborted = true;
    refuse(signal.reason);
  };
  signal.addEventListener('abort', onAbort);
  try {
    while (!aborted) {
      // Not Promise.race with one lasting promise: that keeps a reaction per item until the answer ends.
      const next = await new Promise<IteratorResult<Item>>((resolve, reject) => {
        refuse = reject;
        iterator.next().then(resolve, reject);
      });
      if (next.done) return;
      yield next.value;
    }
    throw signal.reason;
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a source that hangs would hang the end of the answer with it.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
