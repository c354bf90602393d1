import { SETTINGS, type Setting } from '../../src/server/config.ts';
import { code, fence, generated, page, table } from './markdown.ts';

/** `docs/reference/configuration.md`: the table of settings. */
export function configurationPage(): string {
  return page(
    '# Configuration',
    generated('the table in `src/server/config.ts`'),
    'From the environment, and beneath it from a file named `.env` in the working directory. A value that cannot be read stops the start with a line that names it. How to run a server: [self-hosting](../self-hosting.md).',
    fence(
      'ini',
      'PORT=8080\nHOST=0.0.0.0\nASSISTERS_PUBLIC_URL=https://chat.example.com\nASSISTERS_DATA_DIR=/var/lib/assisters\nASSISTERS_TRUST_PROXY=1',
    ),
    table(
      ['variable', 'type', 'default', 'meaning'],
      Object.values<Setting>(SETTINGS).map(({ env, type, fallback, doc }) => [
        code(env),
        type,
        fallback ? code(fallback) : '',
        doc,
      ]),
    ),
  );
}
