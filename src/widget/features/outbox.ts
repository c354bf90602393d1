/**
 * Questions that the server has not taken yet, in IndexedDB: they outlive a reload, and go out once the line is back, in
 * order, each once. Loaded when a panel opens, because a browser without a line could not load it; nothing is opened or
 * stored before there is a question.
 */
import type { Attachment } from '../../protocol/resources.ts';

/** A question on its way. `key`: by which the server knows it again. */
export interface Waiting {
  readonly key: string;
  readonly content: string;
  /** Absent in what an older version kept. */
  readonly files?: readonly Attachment[];
  /** `null`: the conversation had not begun. */
  readonly conversationId: string | null;
  /** The server's id of the question it takes the place of. */
  readonly replaces?: string | undefined;
}

const DATABASE = 'assisters';
const STORE = 'outbox';

export class Outbox {
  readonly #name: string;
  #database: Promise<IDBDatabase> | null = null;
  #last = 0;

  /** @param name of the chat's storage, and whose: another visitor's questions are not this one's */
  constructor(name: string) {
    this.#name = name;
  }

  /** Behind those that wait already. Storage that fails is none: the question then lives as long as the page. */
  async put(waiting: Waiting): Promise<void> {
    this.#last = Math.max(Date.now(), this.#last + 1);
    const id = [this.#name, String(this.#last).padStart(15, '0'), waiting.key].join('\n');
    await this.#run('readwrite', (store) => store.put({ id, ...waiting }));
  }

  /** Oldest first. */
  async all(): Promise<readonly Waiting[]> {
    return (await this.#run('readonly', (store) => store.getAll(this.#range()) as IDBRequest<Waiting[]>)) ?? [];
  }

  async delete(key: string): Promise<void> {
    const ids = (await this.#run('readonly', (store) => store.getAllKeys(this.#range()))) ?? [];
    for (const id of ids)
      if (String(id).endsWith(`\n${key}`)) await this.#run('readwrite', (store) => store.delete(id));
  }

  async clear(): Promise<void> {
    await this.#run('readwrite', (store) => store.delete(this.#range()));
  }

  /** Runs the work while no other tab sends. */
  async alone(work: () => Promise<void>): Promise<void> {
    if (navigator.locks) await navigator.locks.request(`${this.#name}:outbox`, work);
    else await work();
  }

  #range(): IDBKeyRange {
    return IDBKeyRange.bound(`${this.#name}\n`, `${this.#name}\n\uffff`);
  }

  async #run<Value>(
    mode: IDBTransactionMode,
    act: (store: IDBObjectStore) => IDBRequest<Value>,
  ): Promise<Value | null> {
    try {
      this.#database ??= openDatabase();
      const transaction = (await this.#database).transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      return await new Promise((resolve, reject) => {
        // Not before it is on the disk.
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error);
        transaction.onerror = () => reject(transaction.error);
      });
    } catch {
      // Sandboxed frames, private modes, a full disk.
      this.#database = null;
      return null;
    }
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
    request.onsuccess = () => {
      // A page that deletes its databases must not wait for us.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}
