/**
 * Reads the benchmark's plain event stream for contestants that leave the transport to the page. The wire is ours
 * (`data: {"type":"delta","content":"…"}`), read with the least code that is right for it.
 */
export async function readDeltas(onDelta) {
  const response = await fetch('/plain/stream', { method: 'POST', body: '{}' });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\n\n');
    rest = events.pop();
    for (const event of events) {
      const data = JSON.parse(event.slice(event.indexOf('data: ') + 6));
      if (data.type === 'delta') onDelta(data.content);
    }
  }
}

/** Messages the page starts with: `[{role, content}]`. */
export const loadHistory = async () => (await fetch('/plain/history')).json();
