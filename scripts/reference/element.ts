import { cssPropertyTable, eventTable, methodTable, optionTable, partTable, readSurface } from '../element-manifest.ts';
import { code, fence, generated, page, table } from './markdown.ts';

const surface = readSurface();
const properties = table(
  ['property', 'meaning'],
  surface.properties.map(({ name, description }) => [code(name), description]),
);

/** `docs/reference/element.md`: the element's own docblock as tables. */
export function elementPage(): string {
  return page(
    '# The element <assisters-chat>',
    generated("the docblock of the element's class"),
    'How to put it on a page: [embedding](../embedding.md).',
    fence(
      'html',
      [
        '<assisters-chat publishable-key="pk_live_…" assistant-id="ast_…" api-url="https://chat.example.com/v1" theme="auto"',
        '  position="bottom-right"></assisters-chat>',
      ].join('\n'),
    ),
    '## Attributes',
    optionTable(surface),
    '## Properties',
    properties,
    '## Methods',
    methodTable(surface),
    '## Events',
    'They bubble and are composed.',
    eventTable(surface),
    '## Slots',
    table(
      ['slot', 'what goes there'],
      surface.slots.map(({ name, description }) => [code(name), description]),
    ),
    '## Shadow parts',
    partTable(surface),
    '## Custom properties',
    cssPropertyTable(surface),
  );
}
