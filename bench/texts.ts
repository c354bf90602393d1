import { seededRandom } from '../test/random.ts';

/**
 * Answers to stream, seeded: the same name and size give the same text on every machine. Sizes are UTF-8 bytes, about;
 * every text is ASCII, so bytes are characters. Every text ends in {@link END}, by which a reader knows that all of it
 * is on the page.
 */

/** Last word of every text; occurs nowhere else. */
export const END = 'zqend';

/** Answers of one kind of block each, which defeat a renderer that only redraws "the last block". */
export const SHAPES = ['mixed', 'paragraph', 'fence', 'list', 'table', 'quote', 'lines'] as const;
export type Shape = (typeof SHAPES)[number];

const WORDS =
  'the of to and in is for on that with as are be this it from or by an at can your you when will all each not more one time page order ship return refund size colour store account email team plan month price invoice team setting server key token reader stream answer source question widget script style element window message history network browser'.split(
    ' ',
  );

type Random = () => number;
const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
const between = (random: Random, low: number, high: number) => low + Math.floor(random() * (high - low + 1));

const words = (random: Random, count: number) => Array.from({ length: count }, () => pick(random, WORDS)).join(' ');

/** A sentence, now and then with emphasis, code or a link in it, as answers of models have. */
function sentence(random: Random): string {
  const text = words(random, between(random, 8, 20));
  const dice = random();
  if (dice < 0.1) return `${text} **${words(random, 2)}** ${words(random, 3)}.`;
  if (dice < 0.2) return `${text} \`${words(random, 1)}()\` ${words(random, 3)}.`;
  if (dice < 0.25) return `${text} [${words(random, 2)}](https://example.com/${words(random, 1)}).`;
  return `${text}.`;
}

const paragraph = (random: Random) => Array.from({ length: between(random, 2, 6) }, () => sentence(random)).join(' ');
const list = (random: Random) =>
  Array.from({ length: between(random, 3, 8) }, () => `- ${sentence(random)}`).join('\n');
const codeLine = (random: Random) => `const ${words(random, 1)} = ${words(random, 1)}("${words(random, 3)}");`;
const fence = (random: Random) =>
  `\`\`\`js\n${Array.from({ length: between(random, 4, 14) }, () => codeLine(random)).join('\n')}\n\`\`\``;
const tableRow = (random: Random) => `| ${words(random, 2)} | ${words(random, 3)} | ${between(random, 1, 999)} |`;
const TABLE_HEAD = '| name | what it is | count |\n|---|---|---|';
const table = (random: Random) =>
  `${TABLE_HEAD}\n${Array.from({ length: between(random, 3, 8) }, () => tableRow(random)).join('\n')}`;
const quote = (random: Random) => `> ${sentence(random)}\n> ${sentence(random)}`;

/** Adds pieces until the text has `bytes`; what a piece is depends on the shape. */
function grow(bytes: number, head: string, separator: string, piece: () => string, tail: string): string {
  const parts = [head];
  for (let size = head.length; size < bytes - tail.length; ) {
    const next = (parts.length === 1 && head === '' ? '' : separator) + piece();
    parts.push(next);
    size += next.length;
  }
  return parts.join('') + tail;
}

/** The answer of that shape, about `bytes` long (never shorter, longer by at most one piece). */
export function answerText(shape: Shape, bytes: number, seed = 1): string {
  const random = seededRandom(seed);
  switch (shape) {
    case 'mixed': {
      const blocks = [paragraph, paragraph, paragraph, list, fence, table, quote];
      let count = 0;
      const block = () =>
        count++ % 7 === 0 ? `## ${words(random, 4)}\n\n${paragraph(random)}` : pick(random, blocks)(random);
      return grow(bytes, '', '\n\n', block, `\n\n${END}`);
    }
    case 'paragraph':
      return grow(bytes, '', ' ', () => sentence(random), ` ${END}`);
    case 'fence':
      return grow(bytes, '```js', '\n', () => codeLine(random), `\n// ${END}\n\`\`\``);
    case 'list':
      return grow(bytes, '', '\n', () => `- ${sentence(random)}`, `\n- ${END}`);
    case 'table':
      return grow(bytes, TABLE_HEAD, '\n', () => tableRow(random), `\n| ${END} | | |`);
    case 'quote':
      return grow(bytes, '', '\n', () => `> ${sentence(random)}`, `\n> ${END}`);
    case 'lines': {
      const count = Math.round(bytes / 10.24);
      return `${Array.from({ length: count - 1 }, () => `${words(random, 2).slice(0, 9)}`).join('\n')}\n${END}`;
    }
  }
}

/** The text in deltas of `size` characters, as it goes over the wire. */
export function deltasOf(text: string, size = 12): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));
}

export interface HistoryMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** A conversation of `count` messages, a question and an answer in turn; the last one ends in {@link END}. */
export function historyOf(count: number, seed = 2): HistoryMessage[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, at) => {
    const role = at % 2 === 0 ? 'user' : 'assistant';
    const content = role === 'user' ? `${words(random, 8)}?` : `${paragraph(random)}\n\n${list(random)}`;
    return { role, content: at === count - 1 ? `${content}\n\n${END}` : content };
  });
}
