import type { Block } from './document.ts';

const MAX_CHARS = 100;

/** Whether a paragraph in bold is how people write a heading who do not know of styles: short, and no sentence. */
export const isHeadingLike = (text: string): boolean =>
  text.length > 1 && text.length <= MAX_CHARS && /\p{L}/u.test(text) && !/[.,;]$/.test(text);

/** Headings that only look like it stay so if text follows; alone they are a paragraph, and must not get lost. */
export function settleHeadings(blocks: readonly Block[], likely: ReadonlySet<Block>): Block[] {
  return blocks.map((block, index) => {
    const next = blocks[index + 1];
    const leads = next !== undefined && next.kind !== 'heading';
    return likely.has(block) && !leads ? { kind: 'text', text: block.text } : block;
  });
}
