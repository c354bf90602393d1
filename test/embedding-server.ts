import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * An embedding service for tests: a real HTTP server on 127.0.0.1 that speaks the wire of OpenAI's `POST /v1/embeddings`,
 * and does what the test tells it, faults included. Its vectors are made by counting: the same text has the same vector on
 * every machine. Words of one line of {@link CONCEPTS} are one word to it, so that it finds a paraphrase as a trained
 * model would; apart from that it knows words and their beginnings.
 */
export interface EmbeddingServer {
  /** What `ASSISTERS_EMBEDDING_BASE_URL` is set to. Ends in `/v1`. */
  readonly url: string;
  /** Requests as they came, oldest first. */
  readonly requests: EmbeddingRequest[];
  /** What the next requests are answered with, in order; the last one stays. */
  respond(...behaviours: readonly EmbeddingBehaviour[]): void;
  close(): Promise<void>;
}

export interface EmbeddingRequest {
  readonly model: string;
  readonly input: readonly string[];
  readonly authorization: string | undefined;
}

/** How one request is answered; by default, rightly. */
export interface EmbeddingBehaviour {
  /** Answers this status instead. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Numbers in a vector. Default {@link DIMENSION}. */
  readonly dimension?: number;
  /** Refuses (400) a request that holds a text for which this is true. */
  readonly refuses?: (text: string) => boolean;
  /** Changes the answer before it is sent: a wrong count, a wrong number. */
  readonly change?: (answer: Answer) => unknown;
  /** Sends this text instead of JSON. */
  readonly raw?: string;
  /** Never answers, or breaks the connection. */
  readonly fault?: 'silence' | 'cut';
  /** Sends the vectors as base64, as the OpenAI SDKs ask for. */
  readonly base64?: boolean;
}
export interface Answer {
  data: { object: 'embedding'; index: number; embedding: unknown }[];
  [name: string]: unknown;
}

export const DIMENSION = 256;

const CONCEPTS = `
  refund money back reimbursement return
  car vehicle automobile
  leave place park
  dog pet animal
  information record data
  safe encrypted locked
  open shop opening
  airport terminal
  fastest express
  screen display
  black nothing
  account profile membership
  rid erase close
  founded set up
  company firm
  send delivery deliver
  abroad international countries
  vegetarian meat
  meal dish menu
  larger size
  letter font
  raining wet weather
  password login credential
  people population
  illness measles mumps rubella
  vaccine injection
  person editor
  time simultaneously
  borrow lent
  sky air
  blue wavelength
  internet offline
  cost price fee
  student education
  newsletter mailing
  stop unsubscribe
  lift elevator
  faster performance
  program computation
`;
const CONCEPT = new Map(
  CONCEPTS.trim()
    .split('\n')
    .flatMap((line) => {
      const words = line.trim().split(' ');
      return words.map((word) => [word, words[0]!] as const);
    }),
);

/** Starts it on a free port. */
export async function startEmbeddingServer(): Promise<EmbeddingServer> {
  const requests: EmbeddingRequest[] = [];
  let queue: readonly EmbeddingBehaviour[] = [{}];
  const server = createServer(async (incoming, outgoing) => {
    const body = JSON.parse(await textOf(incoming)) as { model: string; input: string | string[] };
    const input = [body.input].flat();
    requests.push({ model: body.model, input, authorization: incoming.headers.authorization });
    const [behaviour] = queue;
    if (queue.length > 1) queue = queue.slice(1);
    answer(outgoing, incoming, body.model, input, behaviour!);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    respond(...behaviours) {
      queue = behaviours;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(
  outgoing: ServerResponse,
  incoming: IncomingMessage,
  model: string,
  input: readonly string[],
  behaviour: EmbeddingBehaviour,
): void {
  const json = (status: number, body: unknown) =>
    outgoing.writeHead(status, { 'Content-Type': 'application/json', ...behaviour.headers }).end(JSON.stringify(body));
  if (behaviour.fault === 'silence') return;
  if (behaviour.fault === 'cut') return void incoming.socket.destroy();
  if (incoming.method !== 'POST' || incoming.url !== '/v1/embeddings') return void json(404, { error: {} });
  if (behaviour.status !== undefined) return void json(behaviour.status, { error: { message: 'told to fail' } });
  if (behaviour.raw !== undefined) return void outgoing.writeHead(200).end(behaviour.raw);
  if (input.some((text) => behaviour.refuses?.(text))) return void json(400, { error: { message: 'too long' } });
  const data = input.map((text, index) => {
    const vector = vectorOf(text, behaviour.dimension ?? DIMENSION);
    const embedding = behaviour.base64 ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector;
    return { object: 'embedding' as const, index, embedding };
  });
  const usage = { prompt_tokens: input.length, total_tokens: input.length };
  const whole: Answer = { object: 'list', data, model, usage };
  json(200, behaviour.change ? behaviour.change(whole) : whole);
}

/** Words, or what they mean, and the beginnings of the longer ones, each counted at three places of the vector. */
export function vectorOf(text: string, dimension = DIMENSION): number[] {
  const vector = new Array<number>(dimension).fill(0);
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    if (LITTLE.has(word)) continue;
    const concept = CONCEPT.get(word) ?? CONCEPT.get(word.replace(/s$/, ''));
    count(vector, concept ?? word, concept ? 2 : 1);
    if (!concept && word.length > 5) count(vector, word.slice(0, 5), 0.5);
  }
  return vector;
}
const LITTLE = new Set(
  'a an the get i my me you your we our is are was be do does can how what which who when where to of in on at for and or it with'.split(
    ' ',
  ),
);

function count(vector: number[], feature: string, weight: number): void {
  let hash = 2_166_136_261;
  for (let round = 0; round < 3; round += 1) {
    for (const char of feature) hash = Math.imul(hash ^ char.codePointAt(0)!, 16_777_619) >>> 0;
    const place = hash % vector.length;
    vector[place]! += hash & 0x10000 ? weight : -weight;
  }
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
