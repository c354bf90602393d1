import type { Block, ParsedDocument } from './document.ts';

/** Reads plain text: blank lines separate paragraphs, line breaks inside one are kept as spaces. The first line is no title. */
export function parseText(source: string): ParsedDocument {
  const blocks: Block[] = source
    .replaceAll('\u0000', '')
    .split(/(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)\s*/)
    .map((paragraph) =>
      paragraph
        // Lines that look like items or columns keep their break; wrapped prose does not.
        .replace(/(?:\r\n?|\n)(?!\s*(?:[-*•]|\d+[.)])\s|.*\t)/g, ' ')
        .replace(/[ \t]+/g, ' ')
        .trim(),
    )
    .filter((text) => text !== '')
    .map((text) => ({ kind: 'text', text }));
  return { title: '', mediaType: 'text/plain', blocks };
}
