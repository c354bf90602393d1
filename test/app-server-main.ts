/**
 * The real app as a process, for test suites in other languages: prints one line of JSON with its address and keys, and
 * ends when its standard input closes.
 */
import { ROUTES } from '../src/protocol/routes.ts';
import { SITE } from '../src/server/testing/make-app.ts';
import { appServer, prose } from './app-server.ts';

const server = await appServer();
server.deps.jobs.start();
const facts = {
  base_url: `http://127.0.0.1:${server.port}/v1`,
  secret_key: server.sk.credential,
  publishable_key: server.pk.credential,
  assistant_id: server.assistant.id,
  site: SITE,
  /** Every endpoint, so that a client can show that it reaches each. */
  routes: ROUTES,
  /** What the answer to `seed 3` is. */
  seed_3: prose(3).join(''),
};
process.stdout.write(`${JSON.stringify(facts)}\n`);
process.stdin.resume();
process.stdin.on('end', () => void server.close().then(() => process.exit(0)));
