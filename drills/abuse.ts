import { HEADER } from '../src/protocol/headers.ts';
import { solve } from '../src/sdk/core/proof.ts';
import { makeApp, SITE } from '../src/server/testing/make-app.ts';

const MINUTE_MS = 60_000;
const MINUTES = 10;

/** What became of a run of {@link abuseDrill}: a publishable key is stolen and scripted, ten minutes long by the app's own clock. */
export interface AbuseReport {
  /** Answers that one address got which solves no challenge; promised: at most 60. */
  readonly withoutProof: number;
  /** The same with every challenge solved, and the seconds of computing that cost; promised: at most 300. */
  readonly withProof: number;
  readonly proofSeconds: number;
  /** Addresses that script at once, and what they all got; promised: at most the key's hour. */
  readonly addresses: number;
  readonly manyAddresses: number;
  readonly keyPerHour: number;
  /** Of the questions that visitors with a session asked meanwhile, the part that was answered; promised: 0.99. */
  readonly visitorsAsked: number;
  readonly visitorsServed: number;
}

/** Scripts a stolen key against the real app, with the default limits. @param addresses how many take part in the crowd */
export async function abuseDrill(options: {
  readonly addresses: number;
  readonly visitors: number;
  /** The key's own cap a day; default: the server's. An hour takes a quarter. */
  readonly messagesPerDay?: number;
  /** Solve challenges too; takes minutes of computing. */
  readonly proofs: boolean;
}): Promise<AbuseReport> {
  const { addresses, visitors, messagesPerDay = null, proofs } = options;
  const one = await page(messagesPerDay);
  const withoutProof = await script(one, '203.0.113.7', false);
  const two = await page(messagesPerDay);
  const began = performance.now();
  const withProof = proofs ? await script(two, '203.0.113.7', true) : 0;
  const proofSeconds = Math.round((performance.now() - began) / 1000);
  const many = await page(messagesPerDay);
  const crowd = await scriptFromMany(many, addresses, visitors);
  for (const { store } of [one, two, many]) await store.close();
  const keyPerHour = Math.ceil((messagesPerDay ?? many.deps.config.messagesPerKeyDay) / 4);
  return { withoutProof, withProof, proofSeconds, addresses, keyPerHour, ...crowd };
}

type Page = Awaited<ReturnType<typeof page>>;

/** The app, and visitors of a page of it from any address. */
async function page(messagesPerDay: number | null) {
  const made = await makeApp();
  await made.store.keys.update({ accountId: made.accountId }, made.pk.row.id, { messagesPerDay });
  const post = (address: string, path: string, key: string, body: object, proof?: string) =>
    made.app.request(
      `/v1${path}`,
      {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${key}`,
          Origin: SITE,
          'Content-Type': 'application/json',
          ...(proof !== undefined && { [HEADER.proof]: proof }),
        },
        body: JSON.stringify(body),
      },
      { incoming: { socket: { remoteAddress: address } } },
    );
  return { ...made, post };
}

interface Session {
  readonly token: string;
  readonly conversation: string;
}

/** Sends, and with `solving` once more with the answer to the challenge. */
async function send(page: Page, address: string, path: string, key: string, body: object, solving: boolean) {
  const answer = await page.post(address, path, key, body);
  if (answer.status !== 429 || !solving) return answer;
  const { error } = (await answer.clone().json()) as { error: { details?: { challenge?: string } } };
  const challenge = error.details?.challenge;
  const proof = challenge === undefined ? null : await solve(challenge);
  return proof === null ? answer : page.post(address, path, key, body, proof);
}

async function open(page: Page, address: string, solving: boolean): Promise<Session | null> {
  const { credential } = page.pk;
  const assistant = { assistant_id: page.assistant.id };
  const minted = await send(page, address, '/visitor-sessions', credential, assistant, solving);
  if (minted.status !== 201) return null;
  const { token } = (await minted.json()) as { token: string };
  const begun = await page.post(address, '/conversations', token, assistant);
  return begun.status === 201 ? { token, conversation: ((await begun.json()) as { id: string }).id } : null;
}

/** Whether a question was answered. */
async function say(page: Page, address: string, { token, conversation }: Session, solving: boolean): Promise<boolean> {
  const path = `/conversations/${conversation}/messages`;
  return (await send(page, address, path, token, { content: 'Hello?' }, solving)).status === 200;
}

/** One address that takes what it gets: as many sessions, and as many answers of each as there are. */
async function script(page: Page, address: string, solving: boolean): Promise<number> {
  const sessions: Session[] = [];
  let answered = 0;
  for (let minute = 0; minute < MINUTES; minute += 1) {
    for (let refused = 0; refused < 3; ) {
      const session = sessions.length < 40 ? await open(page, address, solving) : null;
      if (session) sessions.push(session);
      else refused += 1;
    }
    for (const session of sessions) {
      for (let refused = 0; refused < 2; ) {
        if (await say(page, address, session, solving)) answered += 1;
        else refused += 1;
      }
    }
    page.tick(MINUTE_MS - 1);
  }
  return answered;
}

/** Many addresses with new sessions, while visitors who had theirs before ask once a minute. */
async function scriptFromMany(page: Page, addresses: number, visitors: number) {
  const known: [string, Session][] = [];
  for (let n = 0; n < visitors; n += 1) {
    const address = `198.51.100.${n % 200}`;
    const session = await open(page, address, false);
    if (session) known.push([address, session]);
  }
  page.tick(MINUTES * MINUTE_MS + 1);
  const bots: [string, Session][] = [];
  let manyAddresses = 0;
  let visitorsServed = 0;
  let visitorsAsked = 0;
  for (let minute = 0; minute < MINUTES; minute += 1) {
    if (minute === 0) {
      for (let n = 0; n < addresses; n += 1) {
        const address = `192.0.${n >> 8}.${n & 255}`;
        const session = await open(page, address, false);
        if (session) bots.push([address, session]);
      }
    }
    for (const [address, session] of bots) {
      for (let n = 0; n < 10; n += 1) {
        if (!(await say(page, address, session, false))) break;
        manyAddresses += 1;
      }
    }
    for (const [address, session] of known) {
      visitorsAsked += 1;
      if (await say(page, address, session, false)) visitorsServed += 1;
    }
    page.tick(MINUTE_MS - 1);
  }
  return { manyAddresses, visitorsAsked, visitorsServed };
}
