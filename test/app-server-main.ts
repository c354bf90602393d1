/**
 * The real app as a process, for test suites in other languages: prints one line of JSON with its address and keys, and
 * ends when its standard input closes. A line of JSON on standard input is answered with
 * one: a list of faults for the next streams and questions through `faults_url` with how many faults were played and how many streams
 * were asked for so far; an example, as text, with the objects that it names.
 */
import { createInterface } from 'node:readline';
import { ROUTES } from '../src/protocol/routes.ts';
import { SITE } from '../src/server/testing/make-app.ts';
import { appServer, prose } from './app-server.ts';
import { exampleObjects, exampleSite } from './examples.ts';
import { type Fault, faultProxy } from './fault-proxy.ts';

const server = await appServer();
server.deps.jobs.start();
const proxy = await faultProxy(server.port, (line) => /\/stream[? ]|^POST \S+\/messages /.test(line));
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
const site = await exampleSite();
const answer = async (asked: string | Fault[]): Promise<unknown> => {
  if (typeof asked === 'string') return exampleObjects(server, site.url, asked);
  proxy.plan(...asked);
  const streams = proxy.requests.filter((request) => /\/stream[? ]/.test(request.line)).length;
  return { played: proxy.played(), streams };
};
lines.on('line', (line) => {
  answer(JSON.parse(line) as string | Fault[]).then((value) => process.stdout.write(`${JSON.stringify(value)}\n`));
});
lines.on('close', () => {
  proxy
    .close()
    .then(site.close)
    .then(server.close)
    .then(() => process.exit(0));
});
