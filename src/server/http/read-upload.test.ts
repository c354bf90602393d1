import { expect, test } from 'vitest';
import { readUpload } from './read-upload.ts';

test('an upload that drips on and on ends at the deadline, and its sender is told to stop', async () => {
  let stopped: () => void = () => {};
  const cancelled = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
  let sent = false;
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      controller.enqueue(new TextEncoder().encode(sent ? 'y' : head));
      sent = true;
    },
    cancel: stopped,
  });
  const request = new Request('http://server.test/', {
    method: 'POST',
    headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
    body,
    duplex: 'half',
  } as RequestInit);
  await expect(readUpload(request, { maxBytes: 1_000_000, deadlineMs: 100 })).rejects.toMatchObject({
    code: 'invalid_request',
    message: 'The upload was not whole after 0.1 s.',
  });
  await cancelled;
});
