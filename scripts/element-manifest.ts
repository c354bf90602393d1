import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attributeOf, EVENTS, FLAG, METHODS, OPTIONS, type OptionName, TAG } from '../src/widget/names.ts';
import { TOKENS } from '../src/widget/styles/tokens.ts';
import { ROOT } from './published.ts';

/**
 * The element's surface, read from the docblock of its class and the table of names, and what is made of it: the
 * custom elements manifest, `llms.txt` and the tables of the guides.
 */
const MODULE = 'src/widget/assisters-chat.ts';

interface Entry {
  readonly name: string;
  readonly description: string;
  /** Alternatives in an attribute's braces; one that is no alternative says what kind of text it is. */
  readonly values: readonly string[];
  /** Of a custom property, light and dark where they differ; `''`: none. */
  readonly fallback: readonly string[];
}

/** What the docblock says. Throws on a tag it does not understand. */
export interface Surface {
  readonly summary: string;
  readonly attributes: readonly Entry[];
  readonly properties: readonly Entry[];
  readonly events: readonly Entry[];
  readonly slots: readonly Entry[];
  readonly parts: readonly Entry[];
  readonly cssProperties: readonly Entry[];
  readonly methods: readonly Entry[];
}

const ENTRY = /^(?:\{([^}]*)\} )?\[?([\w:-]+)(?:=([^\]]*))?\]? - (.+)$/;

function readEntry(tag: string, text: string): Entry {
  const match = ENTRY.exec(text);
  if (!match) throw new Error(`@${tag} ${text}: expected "{values} name - description".`);
  const [, values = '', name = '', fallback = '', description = ''] = match;
  const token = name.replace('--assisters-', '') as keyof typeof TOKENS;
  return {
    name,
    description,
    values: values === '' ? [] : values.split('|'),
    fallback: tag === 'cssproperty' && TOKENS[token] ? TOKENS[token] : [fallback],
  };
}

/** Methods of the table that the element has, with their docstrings. */
function readMethods(source: string): Entry[] {
  return METHODS.flatMap((name) => {
    const found = new RegExp(`(?:/\\*\\* ([^\\n]+) \\*/)?\\n  (?:override |get )?${name}\\(`).exec(source);
    return found ? [{ name, description: found[1] ?? '', values: [], fallback: [] }] : [];
  });
}

/** Reads the class's docblock. */
export function readSurface(source = readFileSync(join(ROOT, MODULE), 'utf8')): Surface {
  const block = source.slice(0, source.indexOf('export class AssistersChat')).split('/**').at(-1)!;
  const text = block.replace(/\*\/\s*$/, '').replace(/^ ?\* ?/gm, '');
  const [summary = '', ...tags] = text.split(/^@/m);
  const of = (tag: string) =>
    tags
      .filter((one) => one.startsWith(`${tag} `))
      .map((one) =>
        readEntry(
          tag,
          one
            .slice(tag.length)
            .trim()
            .replace(/\s*\n\s*/g, ' '),
        ),
      );
  return {
    summary: summary.trim(),
    attributes: of('attr'),
    properties: of('prop'),
    events: of('fires'),
    slots: of('slot'),
    parts: of('csspart'),
    cssProperties: of('cssproperty'),
    methods: readMethods(source),
  };
}

/** The option that an attribute is of. */
export const optionOf = (attribute: string) =>
  (Object.keys(OPTIONS) as OptionName[]).find((name) => attributeOf(name) === attribute)!;

/** The TypeScript type of an attribute. */
export function typeOf({ name, values }: Entry): string {
  if (OPTIONS[optionOf(name)] === FLAG) return 'boolean';
  return values.length > 1 ? values.map((value) => `'${value}'`).join(' | ') : 'string';
}

/** `custom-elements.json`, schema 1.0.0 of the custom elements manifest: what editors and wrappers read. */
export function customElements(surface: Surface): string {
  const named = ({ name, description }: Entry) => ({ name, description });
  const fields = surface.attributes
    .filter(({ name }) => name !== 'open')
    .map((entry) => ({
      kind: 'field',
      name: optionOf(entry.name),
      attribute: entry.name,
      type: { text: typeOf(entry) },
      description: entry.description,
    }));
  const properties = surface.properties.map((entry) => ({ kind: 'field', ...named(entry) }));
  const declaration = {
    kind: 'class',
    name: 'AssistersChat',
    tagName: TAG,
    customElement: true,
    superclass: { name: 'LitElement', package: 'lit' },
    description: surface.summary,
    attributes: surface.attributes.map((entry) => ({
      ...named(entry),
      type: { text: typeOf(entry) },
      ...(entry.name !== 'open' && { fieldName: optionOf(entry.name) }),
    })),
    members: [...fields, ...properties, ...surface.methods.map((entry) => ({ kind: 'method', ...named(entry) }))],
    events: surface.events.map((entry) => ({ ...named(entry), type: { text: 'CustomEvent' } })),
    slots: surface.slots.map(named),
    cssParts: surface.parts.map(named),
    cssProperties: surface.cssProperties.map((entry) => ({
      ...named(entry),
      ...(entry.fallback[0] && { default: entry.fallback[0] }),
    })),
  };
  const reference = { name: 'AssistersChat', module: MODULE };
  const exports = [
    { kind: 'js', name: 'AssistersChat', declaration: reference },
    { kind: 'custom-element-definition', name: TAG, declaration: reference },
  ];
  const modules = [{ kind: 'javascript-module', path: MODULE, declarations: [declaration], exports }];
  return `${JSON.stringify({ schemaVersion: '1.0.0', readme: 'README.md', modules }, null, 2)}\n`;
}

const code = (text: string) => `\`${text}\``;
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

/** The table of options: attribute, values, meaning. */
export function optionTable({ attributes }: Surface): string {
  const values = (entry: Entry) => {
    if (OPTIONS[optionOf(entry.name)] === FLAG) return 'present or absent';
    return entry.values.length > 1 ? entry.values.map(code).join(', ') : (entry.values[0] ?? 'text');
  };
  return table(
    ['attribute', 'values', 'meaning'],
    attributes.map((entry) => [code(entry.name), values(entry), entry.description]),
  );
}

/** The table of events, with the callback of the React component. */
export function eventTable({ events }: Surface): string {
  const callbackOf = (event: string) => {
    const name = Object.entries(EVENTS).find(([, full]) => full === event)![0];
    return `on${name[0]!.toUpperCase()}${name.slice(1)}`;
  };
  return table(
    ['event', 'in React', 'when'],
    events.map(({ name, description }) => [code(name), code(callbackOf(name)), description]),
  );
}

/** The table of methods. */
export const methodTable = ({ methods }: Surface): string =>
  table(
    ['method', 'what it does'],
    methods.map(({ name, description }) => [code(name), description]),
  );

/** The table of shadow parts. */
export const partTable = ({ parts }: Surface): string =>
  table(
    ['part', 'what it is'],
    parts.map(({ name, description }) => [code(name), description]),
  );

/** The table of custom properties with their defaults. */
export function cssPropertyTable({ cssProperties }: Surface): string {
  const shown = (value: string | undefined) => (/^[#\d]/.test(value ?? '') ? code(value!) : (value ?? ''));
  return table(
    ['property', 'default, light', 'default, dark', 'what it is'],
    cssProperties.map(({ name, fallback, description }) => [
      code(name),
      shown(fallback[0]),
      shown(fallback.at(-1)),
      description,
    ]),
  );
}

/** `llms.txt`: the whole surface on a page, for programs that write code against it. */
export function llmsText(surface: Surface, guides: readonly string[]): string {
  return `# Assisters

> ${surface.summary.split('\n\n')[0]!.replaceAll('\n', ' ')} One pasted script, a custom element, a React component, a REST API.

## Put it on a page

\`\`\`html
<script async src="https://chat.example.com/assisters.js" data-publishable-key="pk_live_…" data-assistant-id="ast_…"></script>
\`\`\`

With modules: \`import '@assisters/chat'\` and \`<${TAG} publishable-key="pk_live_…" api-url="https://chat.example.com/v1"></${TAG}>\`.
With React: \`import { AssistersChat } from '@assisters/react'\`; the options below in camel case are its props.

## Options

Attribute of the element, \`data-\` attribute of the script, or, in camel case, property, prop and key of \`window.assistersSettings\`.

${optionTable(surface)}

Properties without an attribute: ${surface.properties.map(({ name, description }) => `${code(name)} (${description})`).join('; ')}.

## Methods

Of the element, of \`window.Assisters\` and of the React ref.

${methodTable(surface)}

## Events

${eventTable(surface)}

## Style

${partTable(surface)}

${cssPropertyTable(surface)}

## Guides

${guides.map((guide) => `- ${guide}`).join('\n')}
`;
}
