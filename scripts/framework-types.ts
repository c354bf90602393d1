import { attributeOf, FLAG, OPTIONS, type OptionName, TAG } from '../src/widget/names.ts';
import { optionOf, type Surface, typeOf } from './element-manifest.ts';

/**
 * What frameworks and editors read about the element, made from its docblock: typed tags for Vue, Svelte, Solid and
 * Angular, custom data for VS Code, web-types for JetBrains. File of `@assisters/chat` → text.
 */
export function frameworkFiles(surface: Surface, version: string): Record<string, string> {
  const files: Record<string, string> = {
    'frameworks/options.d.ts': options(surface),
    'vscode.html-custom-data.json': htmlCustomData(surface),
    'web-types.json': webTypes(surface, version),
  };
  for (const [name, types] of Object.entries(FRAMEWORKS)) {
    files[`frameworks/${name}.d.ts`] = types;
    // Importing it is importing the element, with its tag typed for that framework.
    files[`frameworks/${name}.js`] = "import '@assisters/chat';\n";
  }
  return files;
}

/** Frameworks whose templates learn the tag by `import '@assisters/chat/<name>'`. */
export const FRAMEWORK_NAMES = ['vue', 'svelte', 'solid', 'angular'] as const;

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const doc = (text: string) => `  /** ${text} */\n`;

/** Options as properties and as attributes, and events with what they carry. */
function options({ attributes, properties, events }: Surface): string {
  const typed = (entry: (typeof attributes)[number], spelled: string) => {
    const type = OPTIONS[optionOf(entry.name)] === FLAG ? "boolean | '' | 'true' | 'false'" : typeOf(entry);
    return `${doc(entry.description)}  '${spelled}'?: ${type} | undefined;\n`;
  };
  const asProperty = attributes.map((entry) => typed(entry, optionOf(entry.name)));
  // An attribute of one word is spelled like its property.
  const asAttribute = attributes.filter(({ name }) => name !== optionOf(name)).map((entry) => typed(entry, entry.name));
  const others = properties.map(
    ({ name, description }) => `${doc(description)}  ${name}?: AssistersChat['${name}'] | undefined;\n`,
  );
  const carried = events.map(({ name, description }) => `${doc(description)}  '${name}': ChatEventMap['${name}'];\n`);
  return `import type { AssistersChat, ChatEventMap } from '@assisters/chat';

/** Options of <${TAG}>, in camel case as properties and in kebab case as attributes. */
export interface ChatOptions {
${[...asProperty, ...others, ...asAttribute].join('')}}

/** Events of <${TAG}>. */
export interface ChatEvents {
${carried.join('')}}
`;
}

const HEAD = `import type { AssistersChat } from '@assisters/chat';
import type { ChatEvents, ChatOptions } from './options.js';
`;
const TAIL = `export type { AssistersChat as AssistersChatElement } from '@assisters/chat';
export type { ChatEvents, ChatOptions } from './options.js';
`;

const FRAMEWORKS: Readonly<Record<(typeof FRAMEWORK_NAMES)[number], string>> = {
  vue: `${HEAD}import type { HTMLAttributes, PublicProps } from 'vue';

type Listeners = { [Name in keyof ChatEvents as \`on\${Capitalize<Name>}\`]?: (event: ChatEvents[Name]) => void };

declare module 'vue' {
  interface GlobalComponents {
    '${TAG}': new () => AssistersChat & {
      $props: Omit<HTMLAttributes, keyof ChatOptions> & ChatOptions & Listeners & PublicProps;
    };
  }
}
${TAIL}`,
  svelte: `${HEAD}import type { HTMLAttributes } from 'svelte/elements';

type Listeners = { [Name in keyof ChatEvents as \`on\${Name}\`]?: (event: ChatEvents[Name]) => void };

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    '${TAG}': Omit<HTMLAttributes<AssistersChat>, keyof ChatOptions> & ChatOptions & Listeners;
  }
}
${TAIL}`,
  solid: `${HEAD}import type { JSX } from 'solid-js';

/** JSX knows one colon in a name: spread these. \`<${TAG} {...{ 'on:assisters:message': (event) => … }} />\` */
type Listeners = { [Name in keyof ChatEvents as \`on:\${Name}\`]?: (event: ChatEvents[Name]) => void };

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements {
      '${TAG}': Omit<JSX.HTMLAttributes<AssistersChat>, keyof ChatOptions> & ChatOptions & Listeners;
    }
  }
}
${TAIL}`,
  // Angular's templates take a tag of CUSTOM_ELEMENTS_SCHEMA as it is, and read a colon in an event as a target:
  // listen on the element, whose \`addEventListener\` is typed.
  angular: TAIL,
};

/** https://github.com/microsoft/vscode-custom-data, version 1.1. */
function htmlCustomData({ summary, attributes }: Surface): string {
  const tag = {
    name: TAG,
    description: summary,
    attributes: attributes.map(({ name, description, values }) => ({
      name,
      description,
      ...(OPTIONS[optionOf(name)] === FLAG && { valueSet: 'v' }),
      ...(values.length > 1 && { values: values.map((value) => ({ name: value })) }),
    })),
  };
  return json({ version: 1.1, tags: [tag] });
}

/** https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json */
function webTypes({ summary, attributes, properties, events, cssProperties, parts }: Surface, version: string): string {
  const named = ({ name, description }: { name: string; description: string }) => ({ name, description });
  const element = {
    name: TAG,
    description: summary,
    attributes: attributes.map((entry) => ({
      ...named(entry),
      value: { type: typeOf(entry), ...(OPTIONS[optionOf(entry.name)] === FLAG && { kind: 'no-value' }) },
    })),
    js: {
      properties: [
        ...(Object.keys(OPTIONS) as OptionName[])
          .filter((name) => name !== 'open')
          .flatMap((name) => {
            const entry = attributes.find((one) => one.name === attributeOf(name));
            return entry ? [{ name, description: entry.description, type: typeOf(entry) }] : [];
          }),
        ...properties.map(named),
      ],
      events: events.map(named),
    },
    css: { properties: cssProperties.map(named), parts: parts.map(named) },
  };
  return json({
    $schema: 'https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json',
    name: '@assisters/chat',
    version,
    'js-types-syntax': 'typescript',
    'description-markup': 'markdown',
    contributions: { html: { elements: [element] } },
  });
}
