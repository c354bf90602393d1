/**
 * What keeps a chat from working and only the site's owner can mend, told to them in the console of their browser: the
 * visitor reads no more than that the chat is not set up. A key is never printed: consoles are copied into reports.
 */

interface Setup {
  /** The assistant that the page names. */
  readonly assistantId?: string | undefined;
  /** What the server says. */
  readonly message?: string | undefined;
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
  // The server says so itself where the address lacks its version: there is nothing there at all.
  not_found: ({ assistantId = '', message = '' }) =>
    message.startsWith('There is nothing at')
      ? [`not_found: ${message}`, 'The page names it with data-api-url, or apiUrl in its settings.']
      : [
          `not_found: assistant not found: ${JSON.stringify(assistantId)} does not exist, or this publishable key does not open it. ` +
            'Correct data-assistant-id, or let the key open it. The keys and the assistants that each opens, on the server:',
          LIST_KEYS,
          'npx assisters keys update key_… --add-assistant ast_…',
          'All assistants: GET /v1/assistants with the secret key.',
        ],
  invalid_identity: ({ message }) => [
    `invalid_identity: ${message}`,
    'The token is what the page gives with data-user-token or identify(). Your server signs it for each visitor, with the identity ' +
      'secret of this assistant: the guide "Visitors" has it in ten lines.',
  ],
  identity_required: () => [
    'identity_required: this assistant talks to known visitors only, and the page gave no token. Give one with data-user-token or ' +
      'identify(); the guide "Visitors" says how your server signs it.',
  ],
  invalid_request: ({ assistantId, message }) =>
    assistantId === undefined
      ? [
          'This publishable key opens several assistants: name one with data-assistant-id="ast_…". On the server:',
          LIST_KEYS,
        ]
      : [`invalid_request: ${message}`],
};

/** What was told already. */
const told = new Set<string>();

/** Tells the owner, once for each fault of a page. What has no advice of its own is told in the server's words. */
export function tellFault(code: string, setup: Setup = {}): void {
  if (told.has(code)) return;
  told.add(code);
  const [what, ...how] = FAULTS[code]?.(setup) ?? [`${code}: ${setup.message}`];
  console.error([`[assisters] ${what}`, ...how].join('\n  '));
}
