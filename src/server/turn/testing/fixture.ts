import { LIMITS } from '../../../protocol/limits.ts';
import type { AssistantRow, ConversationRow, Scope, Store } from '../../store/store.ts';
import { type TestPlace, testPlace } from '../../testing/test-store.ts';
import type { GenerationLimits } from '../generation.ts';
import { GENERATION_CAPS, type GenerationCaps, Generations } from '../generations.ts';
import { type Compose, Turns } from '../turns.ts';
import { type ScriptedAnswer, ScriptedAnswerer } from './scripted.ts';

export const SCOPE: Scope = { accountId: 'acct_1', visitorId: 'vis_1' };
export const LIMITS_IN_TESTS: GenerationLimits = {
  coalesceMs: 2,
  modelSilenceMs: 5_000,
  answerChars: LIMITS.answerChars,
};
/** A time far past the epoch, so that "24 hours ago" is a time too. */
const START = 1_800_000_000_000;

export const ASSISTANT: AssistantRow = {
  id: 'ast_1',
  accountId: 'acct_1',
  name: 'Docs',
  description: '',
  model: 'extractive',
  systemPrompt: '',
  knowledgeBaseId: null,
  category: null,
  config: {},
  widget: {},
  retentionDays: null,
  identity: null,
  attachments: null,
  createdAt: START,
  updatedAt: START,
};

/** Turns over a real store of their own, with answers the test writes. */
export class TurnsFixture {
  #place!: TestPlace;
  readonly limits: GenerationLimits;
  readonly caps: GenerationCaps;
  readonly answerer = new ScriptedAnswerer();
  readonly faults: unknown[] = [];
  store!: Store;
  generations!: Generations;
  turns!: Turns;
  now = START;
  #ids = 0;

  constructor(options: { limits?: Partial<GenerationLimits>; caps?: Partial<GenerationCaps> } = {}) {
    this.limits = { ...LIMITS_IN_TESTS, ...options.limits };
    this.caps = { ...GENERATION_CAPS, ...options.caps };
  }

  /** Opens the store and makes an account, an assistant and the conversation `conv_1`. */
  async open(): Promise<this> {
    this.#place = await testPlace();
    await this.start();
    await this.store.accounts.create({ id: 'acct_1', name: 'One', plan: 'enterprise', createdAt: START });
    await this.store.assistants.create(ASSISTANT);
    await this.conversation('conv_1');
    return this;
  }

  /** A server process begins: on the store as it is. */
  async start(): Promise<void> {
    Object.assign(this, await this.process());
  }

  /** Another server process on the same data. */
  async process(): Promise<Pick<TurnsFixture, 'store' | 'generations' | 'turns'>> {
    const store = await this.#place.open();
    const compose: Compose = (_turn, signal) => this.answerer.answer({ signal });
    const generations = new Generations(
      {
        messages: store.messages,
        limits: this.limits,
        now: () => this.now,
        onFault: (error) => this.faults.push(error),
        onModelFailure: () => {},
      },
      this.caps,
    );
    const newId = () => {
      this.#ids += 1;
      return `msg_${this.#ids}`;
    };
    return { store, generations, turns: new Turns({ store, generations, compose, newId, now: () => this.now }) };
  }

  async conversation(id: string, visitorId = 'vis_1'): Promise<ConversationRow> {
    const row: ConversationRow = {
      id,
      accountId: 'acct_1',
      assistantId: 'ast_1',
      visitorId,
      userId: null,
      title: null,
      metadata: {},
      createdAt: this.now,
      lastMessageAt: null,
      endedAt: null,
    };
    await this.store.conversations.create(row);
    return row;
  }

  /** The n-th generation's script, once it has begun. */
  script(n: number): Promise<ScriptedAnswer> {
    return this.answerer.script(n);
  }

  async ask(
    content: string,
    options: { key?: string; hash?: string; conversation?: string; client?: string | null; at?: Turns } = {},
  ) {
    const conversation = await this.store.conversations.get(SCOPE, options.conversation ?? 'conv_1');
    return (options.at ?? this.turns).ask({
      scope: SCOPE,
      assistant: ASSISTANT,
      conversation: conversation!,
      content,
      metadata: {},
      idempotency: options.key ? { owner: 'vis_1', key: options.key, requestHash: options.hash ?? content } : null,
      client: options.client ?? null,
    });
  }

  async retry(messageId: string, at: Turns = this.turns) {
    const conversation = await this.store.conversations.get(SCOPE, 'conv_1');
    return at.retry({ scope: SCOPE, assistant: ASSISTANT, conversation: conversation!, client: null }, messageId);
  }

  message(id: string) {
    return this.store.messages.get(SCOPE, 'conv_1', id);
  }
  messages(conversation = 'conv_1') {
    return this.store.messages.list(SCOPE, conversation, { limit: 100, offset: 0 });
  }

  /** Closes the store under whatever is running, as a kill does, and removes the folder when asked. */
  async kill(): Promise<void> {
    await this.store.close();
  }
  async remove(): Promise<void> {
    await this.generations.drain(0);
    await this.#place.remove();
  }
}
