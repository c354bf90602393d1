import type { Fetch } from '../../sdk/core/request.ts';

/**
 * A `fetch` for uploads that tells how much has gone, which the browser's own cannot: by XMLHttpRequest. Rejects like
 * `fetch` when no answer comes, and when the request's signal aborts. An answer from elsewhere than was asked counts as none.
 *
 * @param told with the share that has been sent, 0 to 1; at 1 the server has it all, and has not answered
 */
export const sendTelling =
  (told: (share: number) => void): Fetch =>
  async (request) => {
    const body = await request.blob();
    return new Promise((resolve, reject) => {
      const call = new XMLHttpRequest();
      const fail = () => reject(new TypeError('No answer.'));
      call.open(request.method, request.url);
      request.headers.forEach((value, name) => {
        call.setRequestHeader(name, value);
      });
      call.upload.onprogress = ({ loaded, total }) => told(total > 0 ? loaded / total : 0);
      call.upload.onload = () => told(1);
      call.onerror = fail;
      call.onabort = fail;
      call.onload = () => {
        const { status, responseText, responseURL } = call;
        if (status === 0 || responseURL !== request.url) return fail();
        const headers = new Headers();
        for (const line of call.getAllResponseHeaders().trim().split('\r\n')) {
          const [, name, value] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
          if (name) headers.append(name, value!);
        }
        resolve(new Response(status === 204 ? null : responseText, { status, headers }));
      };
      request.signal.addEventListener('abort', () => call.abort());
      if (request.signal.aborted) return fail();
      call.send(body);
    });
  };
