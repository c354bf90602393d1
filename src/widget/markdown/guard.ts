/** Longest piece handed to marked, in UTF-16 units. Measured costs stand in `guard.test.ts`. */
export const MAX_PIECE = 16_384;
/** How much of a message is rendered richly, as `cost` counts; the rest is plain text. */
export const MAX_RICH = 65_536;
/** What a fenced block counts: its code is text, but its frame is nine elements. */
export const FENCE_COST = 64;

/** What a piece counts: its length, but at least 24 a line and 6 a mark, since those are what takes time and elements. */
export function cost(markdown: string): number {
  const lines = markdown.match(/\n/g)?.length ?? 0;
  const marks = markdown.match(/[*_~`[\]<|]/g)?.length ?? 0;
  return Math.max(markdown.length, 24 * lines, 6 * marks);
}

/** Characters marked takes quadratic or worse time over, and how many of each a piece may hold. */
const LIMITS: readonly (readonly [RegExp, number])[] = [
  [/[*_~]+/g, 1_200],
  [/[[\]]/g, 1_200],
  [/[<>]/g, 1_200],
  [/`+/g, 1_200],
];

/** Deep nesting on one line, deep indentation of list items, long runs without a space, long runs of spaces. */
const SHAPES =
  /^[ \t]*(?:(?:>|[-+*]|\d{1,9}[.)])[ \t]*){12}|^[ \t]{48}[ \t]*(?:[-+*]|\d+[.)])[ \t]|[^\s]{3000}|[ \t]{400}|[*_~]{100}|`{100}/m;

/** Whether a piece is shaped to make a parser slow or deep rather than to be read. Linear; answers depend on the text alone. */
export function isHostile(markdown: string): boolean {
  if (markdown.length > MAX_PIECE) return true;
  if (SHAPES.test(markdown)) return true;
  return LIMITS.some(([pattern, limit]) => (markdown.match(pattern)?.length ?? 0) > limit);
}
