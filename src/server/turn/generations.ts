import { Generation, type GenerationJob, type GenerationParts } from './generation.ts';

/** How many answers may be written at once. */
export interface GenerationCaps {
  /** On this server. */
  readonly total: number;
  /** For one client (an IP address, for visitors). */
  readonly perClient: number;
}

export const GENERATION_CAPS: GenerationCaps = { total: 1_000, perClient: 10 };

/** Why there is no room. `draining`: the server is going down. */
export type Refusal = 'draining' | 'full' | 'client_full';

/**
 * The answers being written on this server, by message id. Each leaves by itself when its end is stored. A place is
 * reserved before the turn is written to the store, so a row that says `streaming` has its generation here, always.
 */
export class Generations {
  readonly #parts: GenerationParts;
  readonly #caps: GenerationCaps;
  readonly #byMessage = new Map<string, Generation>();
  readonly #perClient = new Map<string, number>();
  #draining = false;

  constructor(parts: GenerationParts, caps: GenerationCaps = GENERATION_CAPS) {
    this.#parts = parts;
    this.#caps = caps;
  }

  get size(): number {
    return this.#byMessage.size;
  }

  get(messageId: string): Generation | undefined {
    return this.#byMessage.get(messageId);
  }

  /** Those of one conversation. */
  of(conversationId: string): readonly Generation[] {
    return [...this.#byMessage.values()].filter((generation) => generation.conversationId === conversationId);
  }

  /**
   * Takes a place. The caller opens the turn in the store, then either starts the generation or releases the place.
   *
   * @param client who is counted for `perClient`; `null` is not counted
   */
  reserve(job: GenerationJob, client: string | null): { generation: Generation; release: () => void } | Refusal {
    if (this.#draining) return 'draining';
    if (this.#byMessage.size >= this.#caps.total) return 'full';
    const running = client === null ? 0 : (this.#perClient.get(client) ?? 0);
    if (running >= this.#caps.perClient) return 'client_full';
    if (client !== null) this.#perClient.set(client, running + 1);
    const generation = new Generation(job, this.#parts);
    this.#byMessage.set(job.messageId, generation);
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      // An answer that is written again may have taken the place meanwhile.
      if (this.#byMessage.get(job.messageId) === generation) this.#byMessage.delete(job.messageId);
      generation.abandon();
      if (client === null) return;
      const left = (this.#perClient.get(client) ?? 1) - 1;
      if (left === 0) this.#perClient.delete(client);
      else this.#perClient.set(client, left);
    };
    void generation.done.then(release);
    return { generation, release };
  }

  /**
   * Takes no new answers, lets the running ones finish until the deadline, then stores the rest as `interrupted`.
   * Resolves when none is left.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    const running = () => [...this.#byMessage.values()].map(({ done }) => done);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([Promise.all(running()), deadline]);
    clearTimeout(timer);
    await Promise.all([...this.#byMessage.values()].map((generation) => generation.cancel('interrupted')));
  }
}
