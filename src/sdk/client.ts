import { CREDENTIAL_PREFIX } from '../protocol/ids.ts';
import { HOSTED_BASE_URL } from '../protocol/routes.ts';
import { AssistersError } from './core/errors.ts';
import { refuseUnknown } from './core/options.ts';
import { createRequest, type Fetch, type Logger, type Request, type RequestConfig } from './core/request.ts';
import { ApiKeys } from './resources/api-keys.ts';
import { Assistants } from './resources/assistants.ts';
import { Attachments } from './resources/attachments.ts';
import { Conversations } from './resources/conversations.ts';
import { Documents } from './resources/documents.ts';
import { KnowledgeBases } from './resources/knowledge-bases.ts';
import { Messages } from './resources/messages.ts';
import { Urls } from './resources/urls.ts';
import { Webhooks } from './resources/webhooks.ts';
import { VisitorSessions, Widget } from './resources/widget.ts';

export interface AssistersOptions extends Pick<RequestConfig, 'headers' | 'random' | 'sleep' | 'now'> {
  /** With the version, e.g. `https://chat.example.com/v1`. Default: `ASSISTERS_BASE_URL`, else the hosted service. */
  readonly baseURL?: string | undefined;
  /**
   * A key, or a function that gives the credential: called before each try, and with the refused one after 401
   * `token_expired` or `invalid_token` (then it gives a new one, or `null` to let the error through).
   * Default: the environment variable `ASSISTERS_API_KEY`.
   */
  readonly apiKey?: string | RequestConfig['credential'] | undefined;
  /** For one try. Default 60 000; `messages.create` 600 000. */
  readonly timeoutMs?: number | undefined;
  /** Default 3: four tries in total. */
  readonly maxRetries?: number | undefined;
  /** From a Request to a Response: another fetch, or an app's own. Default `globalThis.fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Hears of retries, without bodies and credentials. Default: silent. */
  readonly logger?: Logger | undefined;
  /** Allows a secret or restricted key in a browser, where every visitor can read it. Default false. */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
}

/** Every option by name; the compiler asks for each. */
const OPTIONS = Object.keys({
  apiKey: 1,
  baseURL: 1,
  timeoutMs: 1,
  maxRetries: 1,
  headers: 1,
  fetch: 1,
  logger: 1,
  dangerouslyAllowBrowser: 1,
  random: 1,
  sleep: 1,
  now: 1,
} satisfies Record<keyof AssistersOptions, 1>);

function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.[name]?.trim() || undefined;
}

const isBrowser = () => typeof window !== 'undefined' && typeof window.document !== 'undefined';

/**
 * The API's client.
 *
 * ```ts
 * import { Assisters } from '@assisters/sdk';
 *
 * const client = new Assisters({ baseURL: 'https://chat.example.com/v1', apiKey: process.env.ASSISTERS_API_KEY });
 * const conversation = await client.conversations.create({ assistantId: 'ast_…' });
 * const stream = await client.messages.stream({ conversationId: conversation.id, content: 'Hello!' });
 * for await (const chunk of stream) process.stdout.write(chunk.content);
 * ```
 *
 * Parameters are camelCase; what comes back is the wire's own snake_case. Every method takes {@link RequestOptions} last.
 *
 * @throws {AssistersError} without a key, or with a secret key in a browser
 * @throws {TypeError} with an option that does not exist
 */
export class Assisters {
  readonly baseURL: string;
  /** For endpoints this version does not know: `client.request({ method: 'GET', path: '/…' })`. */
  readonly request: Request;
  readonly assistants: Assistants;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly attachments: Attachments;
  readonly knowledgeBases: KnowledgeBases;
  readonly documents: Documents;
  readonly urls: Urls;
  readonly webhooks: Webhooks;
  readonly apiKeys: ApiKeys;
  readonly visitorSessions: VisitorSessions;
  readonly widget: Widget;

  constructor(options: AssistersOptions = {}) {
    refuseUnknown(options, OPTIONS);
    const { apiKey: given, baseURL, dangerouslyAllowBrowser = false, ...config } = options;
    const apiKey = given ?? environment('ASSISTERS_API_KEY');
    if (apiKey === undefined || apiKey === '') {
      throw new AssistersError('There is no API key: pass `apiKey` or set ASSISTERS_API_KEY.');
    }
    const { secretLive, secretTest, restrictedLive } = CREDENTIAL_PREFIX;
    const secret =
      typeof apiKey === 'string' && [secretLive, secretTest, restrictedLive].some((p) => apiKey.startsWith(p));
    if (secret && isBrowser() && !dangerouslyAllowBrowser) {
      throw new AssistersError(
        'A secret key in a browser is readable by every visitor. Use a publishable key (pk_…), or set `dangerouslyAllowBrowser`.',
      );
    }
    this.baseURL = baseURL ?? environment('ASSISTERS_BASE_URL') ?? HOSTED_BASE_URL;
    const credential = typeof apiKey === 'function' ? apiKey : () => apiKey;
    this.request = createRequest({ ...config, baseURL: this.baseURL, credential });
    this.assistants = new Assistants(this.request);
    this.conversations = new Conversations(this.request);
    this.messages = new Messages(this.request);
    this.attachments = new Attachments(this.request);
    this.knowledgeBases = new KnowledgeBases(this.request);
    this.documents = new Documents(this.request);
    this.urls = new Urls(this.request);
    this.webhooks = new Webhooks(this.request);
    this.apiKeys = new ApiKeys(this.request);
    this.visitorSessions = new VisitorSessions(this.request);
    this.widget = new Widget(this.request);
  }
}
