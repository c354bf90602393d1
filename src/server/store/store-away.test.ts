import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptySchema, hasPostgres, POSTGRES_ABSENT } from '../../../test/postgres.ts';
import { makeApp } from '../testing/make-app.ts';
import { openStore } from './open.ts';
import { isStoreAway } from './store-away.ts';

const SOCKET = '.s.PGSQL.5432';

test.skipIf(!hasPostgres)(
  hasPostgres ? 'while PostgreSQL is away, requests get 503 with Retry-After; afterwards all is well' : POSTGRES_ABSENT,
  { timeout: 60_000 },
  async () => {
    const place = await emptySchema();
    const url = new URL(place.url);
    const folder = mkdtempSync(join(tmpdir(), 'assisters-away-'));
    const real = join(url.searchParams.get('host')!, SOCKET);
    url.searchParams.set('host', folder);
    const sockets = new Set<Socket>();
    /** The line to the database, which can be cut. */
    const open = () =>
      new Promise<Server>((resolve) => {
        const server = createServer((near) => {
          const far = connect(real);
          for (const [socket, other] of [
            [near, far],
            [far, near],
          ] as const) {
            sockets.add(socket);
            socket.on('error', () => {}).on('close', () => other.destroy());
            socket.pipe(other);
          }
        }).listen(join(folder, SOCKET), () => resolve(server));
      });
    let line = await open();
    const store = await openStore({ dataDir: folder, databaseUrl: url.href, databaseConnections: 3 });
    try {
      const { send, sk } = await makeApp({ store, env: { ASSISTERS_DATABASE_URL: url.href } });
      const ask = () => send('GET', '/v1/assistants', { key: sk.credential });
      expect((await ask()).status).toBe(200);
      const closed = new Promise((resolve) => line.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      const away = await ask();
      expect([away.status, away.headers.get('Retry-After')]).toEqual([503, '5']);
      expect(await away.json()).toMatchObject({ error: { code: 'service_unavailable' } });
      line = await open();
      await expect.poll(async () => (await ask()).status, { timeout: 20_000 }).toBe(200);
    } finally {
      await store.close();
      for (const socket of sockets) socket.destroy();
      line.close();
      rmSync(folder, { recursive: true, force: true });
      await place.drop();
    }
  },
);

test('tells a database that is away from a fault', () => {
  const withCode = (code: string, more = {}) => Object.assign(new Error('x'), { code, ...more });
  for (const code of ['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '53300', '08006'])
    expect(isStoreAway(withCode(code)), code).toBe(true);
  expect(isStoreAway(new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]))).toBe(true);
  expect(isStoreAway(new Error('Connection terminated unexpectedly'))).toBe(true);
  expect(isStoreAway(withCode('ENOENT', { syscall: 'connect' }))).toBe(true);
  for (const fault of [withCode('23505'), withCode('ENOENT', { syscall: 'open' }), new Error('x'), null, 'ECONNRESET'])
    expect(isStoreAway(fault)).toBe(false);
  expect(isStoreAway(new AggregateError([withCode('ECONNREFUSED'), new Error('x')]))).toBe(false);
});
