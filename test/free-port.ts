import { createServer } from 'node:net';

/** Below the ports a system hands out by itself (Linux 32768, IANA 49152), above those browsers refuse to open. */
const FROM = 11_000;
const TO = 32_000;

/**
 * A port of 127.0.0.1 that is free now, for a server that must know it before it starts or come back on it. It is drawn at
 * random from those the system never hands out: asked of the system, it would be the next that any other socket is given.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
