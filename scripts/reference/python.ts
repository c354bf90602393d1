import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../published.ts';
import { code, fence, generated, page, table } from './markdown.ts';
import { CLASSES, errorTable, type Method, methodText, parameterTable, sectionText } from './sdk-page.ts';
import { parameterDocs } from './typescript.ts';

/** `docs/reference/python.md`, from what `python/scripts/describe.py` reads in the docstrings. */

interface Described extends Omit<Method, 'call'> {
  readonly property?: boolean;
}
interface Surface {
  readonly package: { readonly doc: string; readonly example: string };
  readonly client: Described;
  readonly options: { readonly doc: string; readonly fields: readonly (readonly [string, string])[] };
  readonly resources: readonly {
    readonly name: string;
    readonly doc: string;
    readonly methods: readonly Described[];
  }[];
  readonly stream: { readonly doc: string; readonly members: readonly Described[] };
  readonly webhooks: readonly Described[];
  readonly error: {
    readonly doc: string;
    readonly example: string;
    readonly Attributes: readonly (readonly string[])[];
  };
}

/** The page, or `null` where there is no Python to read the docstrings with. */
export function pythonPage(): string | null {
  const script = join(ROOT, 'python', 'scripts', 'describe.py');
  const command = [process.env.PYTHON, 'python3', 'python'].find(
    (name) => name && spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0,
  );
  if (command === undefined) return null;
  const { status, stdout, stderr } = spawnSync(command, [script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  const surface = JSON.parse(stdout) as Surface;
  const borrowed = parameterDocs();
  const methodOf = (noun: string, one: Described): Method => {
    if (one.example === '') throw new Error(`client.${noun}.${one.name} has no example in its docstring.`);
    const parameters = one.parameters
      .filter(({ name }) => name !== 'options')
      .map((own) => ({ ...own, doc: own.doc || borrowed.get(`${noun}.${one.name} ${own.name}`) || '' }));
    const doc = one.doc
      .replace(/^`(GET|POST|PATCH|DELETE) [^`]+`[.:]? ?/, '')
      .replace(/^\w/, (letter) => letter.toUpperCase());
    return { ...one, name: `client.${noun}.${one.name}`, call: `${noun}.${one.name}`, doc, parameters };
  };
  return page(
    '# The Python client',
    generated('the docstrings of `python/src/assisters`'),
    'For Python 3.10 and newer, typed. How to install it: [Python](../python.md#install).',
    fence('python', surface.package.example),
    '`AsyncAssisters` is the same with `await` and `async for`:',
    fence(
      'python',
      [
        'from assisters import AsyncAssisters',
        '',
        'async with AsyncAssisters(api_key="sk_live_…") as client:',
        '    conversation = await client.conversations.create(assistant_id="ast_…")',
        '    async for chunk in client.messages.stream(conversation_id=conversation.id, content="Hello!"):',
        '        print(chunk.content, end="", flush=True)',
      ].join('\n'),
    ),
    '## Options of the client',
    parameterTable(surface.client.parameters.filter(({ name }) => name !== 'seams')),
    '## Options of every call',
    `Every method takes \`options=Options(…)\`. ${surface.options.doc}`,
    table(
      ['field', 'type'],
      surface.options.fields.map(([name, type]) => [code(name), code(type)]),
    ),
    ...surface.resources.map(({ name, doc, methods }) =>
      sectionText(
        {
          heading: `client.${name}`,
          doc: doc.replace(/^`client\.\w+`[.:]? ?/, '').replace(/^\w/, (letter) => letter.toUpperCase()),
          methods: methods.map((one) => methodOf(name, one)),
        },
        'python',
      ),
    ),
    '## Streams',
    surface.stream.doc,
    table(
      ['member', 'meaning'],
      surface.stream.members.map(({ name, doc, property }) => [code(property ? name : `${name}()`), doc]),
    ),
    '## Pages',
    'Iterating a list gives every item, page after page. `items`, `total` and `has_more` are those of one page; `next_page()` gives the page after it, or `None`.',
    '## Webhooks',
    ...surface.webhooks.map((one) => methodText({ ...one, name: `webhooks.${one.name}`, call: '' }, 'python')),
    '## Errors',
    surface.error.doc,
    table(
      ['attribute', 'meaning'],
      surface.error.Attributes.map(([name, meaning]) => [code(name!), meaning!.replaceAll('``', '`')]),
    ),
    fence('python', surface.error.example),
    errorTable(CLASSES),
    'Those with * can come from any call. Without a status: `APIConnectionError` (no answer, or a broken line), `APITimeoutError` (one of them), `NotReadyError`, `WebhookVerificationError`.',
  );
}
