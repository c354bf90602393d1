import type { Attachment } from '../../protocol/resources.ts';
import type { Outbox } from '../features/outbox.ts';
import type { Store } from './store.ts';

/** What sending needs of a chat. */
export interface OutgoingPorts {
  readonly store: Store;
  /** `null`: the part could not be loaded, and questions live as long as the page. */
  outbox(): Promise<Outbox | null>;
  /** The conversation that questions go to; `null`: none has begun. */
  conversation(): string | null;
  /** Sends a question that is in the state as asked; resolves when its turn has ended. */
  play(key: string, content: string): Promise<void>;
  /** Brings the conversation up to date with what another tab has sent. */
  catchUp(): void;
}

/**
 * Questions from the moment they are asked until the server has them. Each is kept in the outbox first and taken out when
 * it has arrived; those asked while the line is down follow one another when it is back. The key of a question is its
 * idempotency key and stands in the stored message (`client_id`), so that one which arrived unheard is not sent again.
 */
export class Outgoing {
  readonly #ports: OutgoingPorts;
  constructor(ports: OutgoingPorts) {
    this.#ports = ports;
  }

  /** Resolves when a reload would bring it back, or nothing can. */
  async keep(key: string, content: string, files: readonly Attachment[], replaces?: string): Promise<void> {
    const conversationId = this.#ports.conversation();
    await (await this.#ports.outbox())?.put({ key, content, conversationId, files, replaces });
  }

  /** The server has it, or it will not be sent any more. */
  done(key: string): void {
    void this.#ports.outbox().then((outbox) => outbox?.delete(key));
  }

  /** Nothing of it goes out any more. */
  clear(): void {
    void this.#ports.outbox().then((outbox) => outbox?.clear());
  }

  /** Shows what the page before this one could not send, and sends it. */
  async restore(signal: AbortSignal): Promise<void> {
    const { store } = this.#ports;
    const waiting = (await (await this.#ports.outbox())?.all()) ?? [];
    if (signal.aborted) return;
    for (const { key, content, conversationId, files = [], replaces } of waiting) {
      const here = this.#ports.conversation();
      if (conversationId !== null && conversationId !== here) continue;
      const row = store.state.rows.find((one) => one.key === key);
      // It had arrived, unheard.
      if (row?.role === 'user' && row.status === 'sent' && !store.state.live) this.done(key);
      else if (!row) store.dispatch({ type: 'waits', key, content, files, replaces });
    }
    await this.next();
  }

  /** Sends the first that waits, unless a turn is under way. Of several tabs one does. */
  async next(): Promise<void> {
    const { store } = this.#ports;
    const first = store.state.waiting[0];
    if (!first || store.state.live) return;
    const outbox = await this.#ports.outbox();
    const send = async () => {
      const { live, waiting } = store.state;
      // Another tab has told that it asks it, or this one was reset.
      if (live || waiting[0]?.key !== first.key) return;
      if (outbox && !(await outbox.all()).some(({ key }) => key === first.key)) {
        // Sent by a tab that cannot tell.
        store.dispatch({ type: 'unwaits', key: first.key });
        this.#ports.catchUp();
        return;
      }
      const answerKey = `${first.key}-answer`;
      const { key, content, replaces, files = [] } = first;
      store.dispatch({ type: 'asked', key, answerKey, content, replaces, files });
      await this.#ports.play(key, content);
    };
    await (outbox ? outbox.alone(send) : send());
  }
}
