import { setTimeout as sleep } from 'node:timers/promises';

/** Where embeddings come from: any service that speaks OpenAI's `POST /embeddings`. */
export interface EmbeddingSettings {
  /** With the version, without a trailing slash: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
}

/** Turns texts into vectors of unit length (or of zeros), in their order, all of one dimension. */
export interface Embedder {
  readonly model: string;
  /**
   * @throws EmbeddingError when the service fails or answers what cannot be right
   */
  embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]>;
}
export interface EmbedOptions {
  readonly signal: AbortSignal;
  /** Of one request. Default {@link EMBEDDING.timeoutMs}. */
  readonly timeoutMs?: number;
  /** Requests at most, for a failure that may pass by itself. Default {@link EMBEDDING.attempts}. */
  readonly attempts?: number;
}

/** Bounds of one request. */
export const EMBEDDING = {
  /** Texts in a request, and their UTF-16 code units together; a text alone may be longer. */
  batchTexts: 32,
  batchChars: 48_000,
  timeoutMs: 30_000,
  attempts: 4,
  firstPauseMs: 500,
  /** Longest a service may tell us to wait. */
  maxPauseMs: 20_000,
  answerBytes: 32 * 1024 * 1024,
  maxDimension: 16_384,
} as const;

/**
 * The service failed. `refused`: it will not take these texts, and would not later either; `failed`: it is away, busy, or
 * refuses us. The message names the status, never the key or a text.
 */
export class EmbeddingError extends Error {
  override readonly name = 'EmbeddingError';
  readonly code: 'refused' | 'failed';
  constructor(code: EmbeddingError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Statuses after which the same request may succeed. */
const PASSING = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529]);
/** Statuses that speak of the texts. Any other says something about key, model or address. */
const OF_THE_TEXTS = new Set([400, 413, 422]);

/**
 * An embedder over HTTP. Requests are cut to size; what may pass by itself is tried again with growing pauses, or after as
 * long as `Retry-After` says. Answers are read up to a bound and checked: as many vectors as texts, finite numbers, one
 * dimension.
 *
 * @param pause waits between tries; tests pass their own
 */
export function createEmbedder(
  { baseUrl, apiKey, model }: EmbeddingSettings,
  pause: (ms: number, signal: AbortSignal) => Promise<unknown> = (ms, signal) => sleep(ms, undefined, { signal }),
): Embedder {
  const once = async (texts: readonly string[], signal: AbortSignal, timeoutMs: number): Promise<Float32Array[]> => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${baseUrl}/embeddings`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(apiKey !== null && { Authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify({ model, input: texts, encoding_format: 'float' }),
        // The key goes to the address that was set, and to no other.
        redirect: 'error',
        signal: AbortSignal.any([signal, timeout]),
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new StatusError(response.status, response.headers.get('Retry-After'));
      }
      return readVectors(JSON.parse(await boundedText(response)), texts.length);
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted)
        throw new EmbeddingError('failed', `The embedding service did not answer in ${timeoutMs / 1000} s.`);
      if (error instanceof EmbeddingError || error instanceof StatusError) throw error;
      if (error instanceof SyntaxError)
        throw new EmbeddingError('failed', 'The embedding service did not answer JSON.');
      throw new EmbeddingError('failed', 'The embedding service cannot be reached.', { cause: error });
    }
  };

  const withRetries = async (texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]> => {
    const { signal, timeoutMs = EMBEDDING.timeoutMs, attempts = EMBEDDING.attempts } = options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(texts, signal, timeoutMs);
      } catch (error) {
        signal.throwIfAborted();
        const status = error instanceof StatusError ? error : null;
        if (attempt < attempts && (status === null || PASSING.has(status.status))) {
          await pause(pauseBefore(attempt, status?.retryAfter ?? null), signal);
          continue;
        }
        if (status === null) throw error;
        throw new EmbeddingError(
          OF_THE_TEXTS.has(status.status) ? 'refused' : 'failed',
          `The embedding service answered ${status.status}. ${adviceOn(status.status, model)}`,
        );
      }
    }
  };

  return {
    model,
    async embed(texts, options) {
      const vectors: Float32Array[] = [];
      for (const batch of batchesOf(texts)) vectors.push(...(await withRetries(batch, options)));
      if (vectors.some(({ length }) => length !== vectors[0]!.length))
        throw new EmbeddingError(
          'failed',
          'The embedding service changed the dimension of its vectors between requests.',
        );
      return vectors;
    },
  };
}

class StatusError extends Error {
  readonly status: number;
  readonly retryAfter: string | null;
  constructor(status: number, retryAfter: string | null) {
    super(`status ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

function adviceOn(status: number, model: string): string {
  if (status === 401 || status === 403) return 'Check ASSISTERS_EMBEDDING_API_KEY (or ASSISTERS_MODEL_API_KEY).';
  if (status === 404) return `Check ASSISTERS_EMBEDDING_BASE_URL, and that it has the model “${model}”.`;
  return '';
}

function pauseBefore(attempt: number, retryAfter: string | null): number {
  const told = retryAfter !== null && /^\d{1,6}$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : 0;
  return Math.min(EMBEDDING.maxPauseMs, Math.max(told, EMBEDDING.firstPauseMs * 2 ** (attempt - 1)));
}

/** Cuts texts into requests. */
export function* batchesOf(texts: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let chars = 0;
  for (const text of texts) {
    if (batch.length === EMBEDDING.batchTexts || (batch.length > 0 && chars + text.length > EMBEDDING.batchChars)) {
      yield batch;
      batch = [];
      chars = 0;
    }
    batch.push(text);
    chars += text.length;
  }
  if (batch.length > 0) yield batch;
}

async function boundedText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > EMBEDDING.answerBytes) throw new EmbeddingError('failed', 'The embedding service answered too much.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Reads `{ data: [{ index, embedding }] }`; an embedding is numbers, or their float32 bytes in base64. */
function readVectors(answer: unknown, count: number): Float32Array[] {
  const wrong = (what: string) => new EmbeddingError('failed', `The embedding service answered ${what}.`);
  const data = (answer as { data?: unknown } | null)?.data;
  if (!Array.isArray(data) || data.length !== count)
    throw wrong(`${Array.isArray(data) ? data.length : 'no'} vectors to ${count} texts`);
  const vectors = new Array<Float32Array | undefined>(count).fill(undefined);
  for (const [place, item] of data.entries()) {
    const { index, embedding } = (item ?? {}) as { index?: unknown; embedding?: unknown };
    const at = typeof index === 'number' ? index : place;
    if (!(at in vectors) || vectors[at]) throw wrong('vectors that are not numbered like the texts');
    const vector = numbersOf(embedding);
    if (!vector || vector.length === 0 || vector.length > EMBEDDING.maxDimension) throw wrong('a vector that is none');
    vectors[at] = unit(vector);
  }
  if (vectors.some((vector) => vector!.length !== vectors[0]!.length)) throw wrong('vectors of different dimensions');
  return vectors as Float32Array[];
}

function numbersOf(embedding: unknown): Float64Array | null {
  let numbers: Float64Array | null = null;
  if (Array.isArray(embedding))
    numbers = embedding.every((x) => typeof x === 'number') ? Float64Array.from(embedding) : null;
  else if (typeof embedding === 'string') {
    const bytes = Buffer.from(embedding, 'base64');
    numbers = Float64Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => bytes.readFloatLE(at * 4));
  }
  return numbers?.every(Number.isFinite) ? numbers : null;
}

/** The same direction at length 1, so that no number is too large to square; zeros stay zeros. */
function unit(numbers: Float64Array): Float32Array {
  const largest = numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (largest === 0) return Float32Array.from(numbers);
  const scaled = numbers.map((x) => x / largest);
  const length = Math.sqrt(scaled.reduce((sum, x) => sum + x * x, 0));
  return Float32Array.from(scaled, (x) => x / length);
}
