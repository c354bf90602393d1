/**
 * The real app as a process, for test suites in other languages: prints one line of JSON with its address and keys, and
 * ends when its standard input closes. A line of JSON on standard input, a list of faults for the next streams through
 * `faults_url`, is answered with a line that says how many faults were played and how many streams were asked for so far.
 */
import { createInterface } from 'node:readline';
import { ROUTES } from '../src/protocol/routes.ts';
import { SITE } from '../src/server/testing/make-app.ts';
import { appServer, prose } from './app-server.ts';
import { type Fault, faultProxy } from './fault-proxy.ts';

const server = await appServer();
server.deps.jobs.start();
const proxy = await faultProxy(server.port);
const facts = {
  base_url: `http://127.0.0.1:${server.port}/v1`,
  faults_url: `http://127.0.0.1:${proxy.port}/v1`,
  secret_key: server.sk.credential,
  publishable_key: server.pk.credential,
  assistant_id: server.assistant.id,
  site: SITE,
  /** Every endpoint, so that a client can show that it reaches each. */
  routes: ROUTES,
  /** What the answer to `seed 3` is. */
  seed_3: prose(3).join(''),
  /** What the answers to `seed N` are. */
  answers: Object.fromEntries([3, 20, 21].map((seed) => [seed, prose(seed).join('')])),
};
process.stdout.write(`${JSON.stringify(facts)}\n`);
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  proxy.plan(...(JSON.parse(line) as Fault[]));
  const streams = proxy.requests.filter((request) => /\/stream[? ]/.test(request.line)).length;
  process.stdout.write(`${JSON.stringify({ played: proxy.played(), streams })}\n`);
});
lines.on(
  'close',
  () =>
    void proxy
      .close()
      .then(server.close)
      .then(() => process.exit(0)),
);
