import { join } from 'node:path';
import ts from 'typescript';
import { EVENTS } from '../../src/widget/names.ts';
import { methodTable, optionOf, readSurface, typeOf } from '../element-manifest.ts';
import { ROOT } from '../published.ts';
import { type Declaration, declarationsIn, docOf, membersOf, typeText } from './docblocks.ts';
import { code, fence, generated, page, table } from './markdown.ts';
import { parameterTable } from './sdk-page.ts';

/** `docs/reference/react.md`: the element's surface as props and callbacks, and the hook from its docblocks. */

const declarations = declarationsIn(
  ['react/assisters-chat.tsx', 'react/callbacks.ts', 'react/use-assisters.ts', 'widget/headless.ts'].map((file) =>
    join(ROOT, 'src', file),
  ),
);
const surface = readSurface();

function declared(name: string): Declaration {
  const found = declarations.get(name);
  if (!found) throw new Error(`There is no ${name} for docs/reference/react.md.`);
  return found;
}

/** The docblock of a declaration, its example as a block. */
function intro(name: string): string {
  const { doc, example } = docOf(declared(name));
  return page(doc, fence('tsx', example)).trimEnd();
}

const membersNamed = (name: string) => (declared(name) as ts.InterfaceDeclaration).members;

/** What each callback gets, as `ChatCallbacks` gives it. */
function callbackTable(): string {
  const values = (declared('Values') as ts.TypeAliasDeclaration).type as ts.TypeLiteralNode;
  const rows = Object.entries(EVENTS).map(([name, event]) => {
    const member = values.members.find((one) => one.name?.getText() === name) as ts.PropertySignature;
    const names = (member.type as ts.TupleTypeNode).elements.map((one) =>
      ts.isNamedTupleMember(one) ? one.name.getText() : 'value',
    );
    const about = surface.events.find((one) => one.name === event)!;
    const given = name === 'ready' ? [] : [...names, 'event'];
    return [code(`on${name[0]!.toUpperCase()}${name.slice(1)}`), code(`(${given.join(', ')})`), about.description];
  });
  return table(['prop', 'called with', 'when'], rows);
}

function propTable(): string {
  const options = surface.attributes.filter(({ name }) => name !== 'isolation');
  return table(
    ['prop', 'type', 'meaning'],
    [
      ...options.map((entry) => [code(optionOf(entry.name)), code(typeOf(entry)), entry.description]),
      ...surface.properties.map(({ name, description }) => [code(name), 'property of the element', description]),
    ],
  );
}

/** Actions of the chat that the hook gives on. */
function actionTable(): string {
  const actions = membersNamed('HeadlessChat').filter(ts.isMethodSignature);
  const given = declared('Assistance').getText();
  return table(
    ['action', 'meaning'],
    actions
      .filter((one) => given.includes(`'${one.name.getText()}'`))
      .map((one) => {
        const parameters = one.parameters.map((parameter) => parameter.getText()).join(', ');
        return [code(`${one.name.getText()}(${parameters})`), docOf(one).doc];
      }),
  );
}

const fieldTable = (name: string) =>
  table(
    ['field', 'type', 'meaning'],
    membersNamed(name)
      .filter(ts.isPropertySignature)
      .map((one) => [code(one.name.getText()), code(typeText(one.type)), docOf(one).doc]),
  );

export function reactPage(): string {
  return page(
    '# React',
    generated('the element’s docblock and those of `src/react`'),
    'How to install and use it: [React](../react.md).',
    '## AssistersChat',
    intro('AssistersChat'),
    '### Props',
    'And what every element takes: `className`, `style`, `id`, `aria-…`.',
    propTable(),
    '### Callbacks',
    docOf(declared('ChatCallbacks')).doc,
    callbackTable(),
    '### Methods',
    'The ref is the element.',
    methodTable(surface),
    '## useAssisters',
    intro('useAssisters'),
    '### Options',
    parameterTable([...membersOf(membersNamed('HeadlessOptions')), ...membersOf(membersNamed('UseAssistersOptions'))]),
    '### State',
    fieldTable('HeadlessView'),
    '### A message',
    docOf(declared('HeadlessMessage')).doc,
    fieldTable('HeadlessMessage'),
    '### Actions',
    actionTable(),
  );
}
