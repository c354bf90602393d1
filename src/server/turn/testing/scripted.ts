import type { Answerer, AnswerPart, AnswerRequest } from '../../answer/answerer.ts';
import { usageOf } from '../../answer/tokens.ts';

/**
 * An answer the test writes: each `say` is one part the answerer gives, in the order of the calls. Ends by `done` or
 * `fail`; `aborted` resolves when the generation closes it.
 */
export class ScriptedAnswer {
  readonly #queue: (AnswerPart | Error)[] = [];
  #wake: () => void = () => {};
  #onAbort: (reason: unknown) => void = () => {};
  readonly aborted: Promise<unknown> = new Promise((resolve) => {
    this.#onAbort = resolve;
  });

  say(text: string): this {
    return this.#add({ type: 'text', text });
  }
  cite(title: string): this {
    const source = { title, url: '', relevance: 1, quote: '', heading: '', document_id: 'doc_1' };
    return this.#add({ type: 'source', source });
  }
  done(): this {
    return this.#add({ type: 'result', outcome: 'answered', usage: usageOf(3, 4) });
  }
  fail(error: Error): this {
    return this.#add(error);
  }

  async *produce(signal: AbortSignal): AsyncGenerator<AnswerPart> {
    signal.addEventListener('abort', () => this.#onAbort(signal.reason));
    for (;;) {
      const next = this.#queue.shift();
      if (next instanceof Error) throw next;
      if (next) yield next;
      if (next?.type === 'result') return;
      if (this.#queue.length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #add(part: AnswerPart | Error): this {
    this.#queue.push(part);
    this.#wake();
    return this;
  }
}

/** Answers each question by a {@link ScriptedAnswer} of its own. */
export class ScriptedAnswerer implements Answerer {
  /** One per answer, in the order they began. */
  readonly scripts: ScriptedAnswer[] = [];
  #onScript: () => void = () => {};

  answer({ signal }: Pick<AnswerRequest, 'signal'>): AsyncGenerator<AnswerPart> {
    const script = new ScriptedAnswer();
    this.scripts.push(script);
    this.#onScript();
    return script.produce(signal);
  }

  /** The n-th answer's script, once it has begun. */
  async script(n: number): Promise<ScriptedAnswer> {
    while (this.scripts.length <= n) {
      await new Promise<void>((resolve) => {
        this.#onScript = resolve;
      });
    }
    return this.scripts[n]!;
  }
}
