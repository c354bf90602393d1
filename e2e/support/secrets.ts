import type { Page } from '@playwright/test';

/** A thing that is nobody else's to read, and the places (by their beginning) where it may stand. */
export interface Secret {
  readonly name: string;
  readonly value: string;
  readonly mayBeIn?: readonly string[];
}

/** Credentials of ours by their form, whoever's they are. */
const FORMS = { 'a secret key': /\b[sr]k_(?:live|test)_\w{40,}/, 'a webhook secret': /\bwhsec_[\w+/=-]{20,}/ } as const;
const TOKEN = /\bvt_\w{40,}/;
/** A visitor's token is the visitor's: it is kept in the browser and told to it in an answer. */
const TOKEN_PLACES = ['storage', 'answer'];

/** Looks for secrets in texts by place, plain, escaped for an address and in base64. Gives `<what> in <place>` for each. */
export function findSecrets(places: Readonly<Record<string, string>>, secrets: readonly Secret[]): string[] {
  const found = new Set<string>();
  for (const [place, text] of Object.entries(places)) {
    const isIn = (allowed: readonly string[]) => allowed.some((start) => place.startsWith(start));
    for (const { name, value, mayBeIn = [] } of secrets) {
      // Without what depends on where in the encoded text it stands.
      const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -2);
      const forms = [value, encodeURIComponent(value), base64];
      if (!isIn(mayBeIn) && forms.some((form) => text.includes(form))) found.add(`${name} in ${place}`);
    }
    for (const [name, form] of Object.entries(FORMS)) if (form.test(text)) found.add(`${name} in ${place}`);
    if (!isIn(TOKEN_PLACES) && TOKEN.test(text)) found.add(`a visitor token in ${place}`);
  }
  return [...found].sort();
}

/** Writes down all that a page asks for, is told and says, from now on. */
export function listen(page: Page) {
  const urls: string[] = [];
  const answers: Promise<string>[] = [];
  const said: string[] = [];
  page.on('request', (request) => {
    urls.push(request.url(), request.headers().referer ?? '');
  });
  page.on('response', (response) => {
    // A redirect has no body, and one that was broken off none that can be read.
    answers.push(response.text().catch(() => ''));
  });
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error.stack)));
  return {
    urls,
    /** All places of the browser, as they are now. */
    async places(): Promise<Record<string, string>> {
      return {
        'URLs that were requested': [...urls, page.url()].join('\n'),
        'answers of the server': (await Promise.all(answers)).join('\n'),
        'console and errors': said.join('\n'),
        ...(await page.evaluate(readPage)),
        cookies: JSON.stringify(await page.context().cookies()),
      };
    },
  };
}

/** Runs in the page: its DOM with all shadow roots, its storage. */
async function readPage(): Promise<Record<string, string>> {
  const dom: string[] = [];
  const read = (root: Document | ShadowRoot) => {
    dom.push(root instanceof ShadowRoot ? root.innerHTML : root.documentElement.outerHTML);
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) read(element.shadowRoot);
      if ('value' in element) dom.push(String(element.value));
    }
  };
  read(document);
  return {
    DOM: dom.join('\n'),
    storage: JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
    history: JSON.stringify(history.state),
  };
}
