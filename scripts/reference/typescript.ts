import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../published.ts';
import { type Declaration, declarationsIn, docOf, membersOf, typeText } from './docblocks.ts';
import { code, fence, generated, page, table } from './markdown.ts';
import { CLASSES, errorTable, type Method, type Parameter, parameterTable, sectionText } from './sdk-page.ts';

/** `docs/reference/typescript.md`, read from the docblocks of `src/sdk`. */

const SDK = join(ROOT, 'src', 'sdk');

const declarations = declarationsIn(
  ['', 'core', 'resources'].flatMap((folder) =>
    readdirSync(join(SDK, folder))
      .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
      .map((name) => join(SDK, folder, name)),
  ),
);

function declared(name: string): Declaration {
  const found = declarations.get(name);
  if (!found) throw new Error(`src/sdk declares no ${name}.`);
  return found;
}

/** Fields of an object type: an interface with what it extends, an intersection, an inline type. */
function fieldsOf(type: ts.TypeNode | ts.ExpressionWithTypeArguments | undefined): Parameter[] {
  if (!type) return [];
  if (ts.isIntersectionTypeNode(type)) return type.types.flatMap(fieldsOf);
  if (ts.isTypeLiteralNode(type)) return membersOf(type.members);
  const name = ts.isTypeReferenceNode(type)
    ? type.typeName.getText()
    : ts.isExpressionWithTypeArguments(type)
      ? type.expression.getText()
      : '';
  const node = declarations.get(name);
  if (name === 'Pick') return [];
  if (!node || !ts.isInterfaceDeclaration(node)) throw new Error(`${type.getText()} is no object type of src/sdk.`);
  const inherited = (node.heritageClauses ?? []).flatMap((clause) => clause.types.flatMap(fieldsOf));
  const own = membersOf(node.members);
  // What is declared again is narrower: it stands where the outer one stood.
  return [...inherited.filter((one) => !own.some(({ name }) => name === one.name)), ...own].sort(
    (a, b) => Number(b.required) - Number(a.required),
  );
}

const snake = (text: string): string => text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function methodOf(resource: string, node: ts.MethodDeclaration): Method {
  const own = node.name.getText();
  const parameters = node.parameters
    .filter((one) => one.name.getText() !== 'options')
    .flatMap((one) => {
      if (one.type?.kind !== ts.SyntaxKind.StringKeyword) return fieldsOf(one.type);
      return [{ name: one.name.getText(), type: 'string', required: true, fallback: '', doc: '' }];
    });
  const { doc, example } = docOf(node);
  if (example === '') throw new Error(`client.${resource}.${own} has no example in its docblock.`);
  const returns = typeText(node.type).replace(/^Promise<(.*)>$/, '$1');
  return {
    name: `client.${resource}.${own}`,
    call: `${snake(resource)}.${snake(own)}`,
    doc,
    example,
    parameters,
    returns,
    raises: [],
  };
}

/** Public methods and getters of a class as a table. */
function memberTable(name: string): string {
  const node = declared(name) as ts.ClassDeclaration;
  const members = node.members.filter(
    (one) =>
      (ts.isMethodDeclaration(one) || ts.isGetAccessor(one) || ts.isPropertyDeclaration(one)) &&
      !one.name.getText().startsWith('#') &&
      docOf(one).doc !== '',
  );
  return table(
    ['member', 'meaning'],
    members.map((one) => [code(`${one.name!.getText()}${ts.isMethodDeclaration(one) ? '()' : ''}`), docOf(one).doc]),
  );
}

function functionText(name: string, fields: boolean): string {
  const node = declared(name) as ts.FunctionDeclaration;
  const { doc, example } = docOf(node);
  const parameters = node.parameters.flatMap((one): Parameter[] => {
    if (fields && one.type && ts.isTypeReferenceNode(one.type) && declarations.has(one.type.typeName.getText())) {
      const alias = declarations.get(one.type.typeName.getText())!;
      if (ts.isInterfaceDeclaration(alias)) return fieldsOf(one.type);
    }
    if (one.type && ts.isTypeLiteralNode(one.type)) return fieldsOf(one.type);
    return [
      { name: one.name.getText(), type: typeText(one.type), required: !one.questionToken, fallback: '', doc: '' },
    ];
  });
  return page(`### ${name}`, doc, example && fence('ts', example), parameterTable(parameters)).trimEnd();
}

/** What the docblocks say of each parameter, by method and name in snake case: the other language's page borrows it. */
export function parameterDocs(): Map<string, string> {
  const docs = new Map<string, string>();
  for (const [name, node] of resourcesOf()) {
    for (const one of node.members.filter(ts.isMethodDeclaration)) {
      const { call, parameters } = methodOf(name, one);
      for (const own of parameters) docs.set(`${call} ${snake(own.name)}`, own.doc);
    }
  }
  return docs;
}

/** The client's resources with their classes, in order. */
function resourcesOf(): (readonly [string, ts.ClassDeclaration])[] {
  const client = declared('Assisters') as ts.ClassDeclaration;
  return client.members.filter(ts.isPropertyDeclaration).flatMap((one) => {
    const found = declarations.get(typeText(one.type));
    return found && ts.isClassDeclaration(found) ? [[one.name.getText(), found] as const] : [];
  });
}

export function typescriptPage(): string {
  const client = declared('Assisters') as ts.ClassDeclaration;
  const { doc, example } = docOf(client);
  return page(
    '# The TypeScript client',
    generated('the docblocks of `src/sdk`'),
    'For Node 20 and newer, Deno, Bun, workers and browsers; no dependencies. How to install it: [TypeScript](../typescript.md#install).',
    doc,
    fence('ts', example),
    '## Options of the client',
    parameterTable(
      fieldsOf((declared('AssistersOptions') as ts.InterfaceDeclaration).heritageClauses?.[0]?.types[0]).concat(
        membersOf((declared('AssistersOptions') as ts.InterfaceDeclaration).members),
      ),
    ),
    '## Options of every call',
    'Every method takes these as its last argument.',
    parameterTable(membersOf((declared('RequestOptions') as ts.InterfaceDeclaration).members)),
    ...resourcesOf().map(([name, node]) =>
      sectionText(
        {
          heading: `client.${name}`,
          doc: docOf(node)
            .doc.replace(/^`client\.\w+`[.:]? ?/, '')
            .replace(/^\w/, (letter) => letter.toUpperCase()),
          methods: node.members.filter(ts.isMethodDeclaration).map((one) => methodOf(name, one)),
        },
        'ts',
      ),
    ),
    '## Streams',
    docOf(declared('MessageStream')).doc,
    memberTable('MessageStream'),
    '## Pages',
    docOf(declared('PagePromise')).doc,
    docOf(declared('ListPage')).doc,
    '## Webhooks',
    functionText('unwrapWebhook', true),
    functionText('verifyWebhook', true),
    functionText('webhookTestHeaders', true),
    '## Errors',
    docOf(declared('AssistersError')).doc,
    docOf(declared('APIError')).doc,
    fence('ts', docOf(declared('APIError')).example),
    errorTable(CLASSES),
    'Those with * can come from any call. Without a status: `APIConnectionError` (no answer, or a broken line), `APITimeoutError` (one of them), `APIUserAbortError`, `NotReadyError`, `WebhookVerificationError`.',
  );
}
