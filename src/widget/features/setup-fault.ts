/**
 * What keeps a chat from working and only the site's owner can mend, told to them in the console of their browser: the
 * visitor reads no more than that the chat is not set up. A key is never printed: consoles are copied into reports.
 */

interface Setup {
  /** The assistant that the page names. */
  readonly assistantId?: string | undefined;
  /** The command that allows the page's origin. */
  readonly allow?: string;
}

/** Keys for pages on the developer's own machine are test keys. */
const forThisPage = () =>
  `${/^http:\/\/(localhost|127\.)/.test(location.origin) ? '--test ' : ''}--origin ${location.origin}`;

const LIST_KEYS = 'npx assisters keys list';

const FAULTS: { readonly [code: string]: (setup: Setup) => readonly string[] } = {
  origin_not_allowed: ({ allow }) => [
    `${location.origin} may not use this publishable key. To allow it, run on the server:`,
    LIST_KEYS,
    ...(allow ? [allow] : []),
  ],
  secret_key_in_browser: () => [
    'secret_key_in_browser: this page holds a secret key (sk_… or rk_…), which every visitor can read. Put the publishable ' +
      'key (pk_…) in its place, and make the secret one worthless. On the server:',
    LIST_KEYS,
    'npx assisters keys rotate key_… --grace 0',
  ],
  invalid_api_key: () => [
    'invalid_api_key: there is no such publishable key (pk_…), or it was revoked or has expired. Check that it was copied ' +
      'whole, without "…". The keys there are, and a new one, on the server:',
    LIST_KEYS,
    `npx assisters keys create --kind publishable --assistant ast_… ${forThisPage()}`,
  ],
  not_found: ({ assistantId = '' }) => [
    `not_found: assistant not found: ${JSON.stringify(assistantId)} does not exist, or this publishable key does not open it. ` +
      'Correct data-assistant-id, or let the key open it. The keys and the assistants that each opens, on the server:',
    LIST_KEYS,
    'npx assisters keys update key_… --add-assistant ast_…',
    'All assistants: GET /v1/assistants with the secret key.',
  ],
  invalid_request: ({ assistantId }) =>
    assistantId === undefined
      ? [
          'This publishable key opens several assistants: name one with data-assistant-id="ast_…". On the server:',
          LIST_KEYS,
        ]
      : [],
};

/** Tells the owner, once for each fault of a page. Codes that are no fault of the set-up are not told. */
export function tellFault(code: string, setup: Setup = {}): void {
  const [what, ...how] = FAULTS[code]?.(setup) ?? [];
  if (what !== undefined) console.error([`[assisters] ${what}`, ...how].join('\n  '));
}
