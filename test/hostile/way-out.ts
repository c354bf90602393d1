import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Hosts a browser calls by itself, whatever page it shows. */
const OWN = /(?:^|\.)(?:mozilla\.(?:com|org|net)|firefox\.com|mozgcp\.net|google(?:apis)?\.com|gvt1\.com)$/;

/** Counts what leaves a browser: a proxy that writes down every address and lets nothing through. */
export interface WayOut {
  /** `http://127.0.0.1:…`, for the browser's proxy setting. */
  readonly address: string;
  /** Addresses pages asked for, in order; of https only the host is known. */
  readonly asked: string[];
  close(): Promise<void>;
}

export async function startWayOut(): Promise<WayOut> {
  const asked: string[] = [];
  const note = (address: string) => {
    if (!URL.canParse(address) || !OWN.test(new URL(address).hostname)) asked.push(address);
  };
  const server = createServer((request, response) => {
    note(request.url ?? '');
    response.writeHead(502).end();
  });
  server.on('connect', (request, socket) => {
    note(`https://${request.url}`);
    socket.on('error', () => {});
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
