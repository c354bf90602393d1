import { seededRandom } from './random.ts';

const WORDS =
  'the server keeps every answer as it grows so a dropped line only means reading on from where it stopped visitors ask about prices limits keys pages documents and refunds while settings explain which origin may call'.split(
    ' ',
  );

/** Shapes of a large answer: `mixed` is what assistants write; the others are one endless block each. */
export const SHAPES = [
  'mixed',
  'paragraph',
  'marked-paragraph',
  'lines',
  'marked-lines',
  'fence',
  'list',
  'ordered-list',
  'loose-list',
  'nested-list',
  'table',
  'quote',
  'quoted-list',
  'headings',
] as const;
export type Shape = (typeof SHAPES)[number];

/** Seeded markdown of one shape, cut at exactly `length` UTF-16 units. Shared by tests and benchmarks. */
export function markdownSample(shape: Shape, length: number, seed = 1): string {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const words = (count: number) => Array.from({ length: count }, () => pick(WORDS)).join(' ');
  const sentence = () => {
    const text = words(6 + Math.floor(random() * 12));
    return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
  };
  const marked = () =>
    pick([
      sentence,
      sentence,
      () => `${words(3)} **${words(2)}** ${words(3)}.`,
      () => `Set \`${pick(WORDS)}_${pick(WORDS)}\` to *${words(1)}* ${words(4)} [1].`,
      () => `See [${words(2)}](https://docs.example/${pick(WORDS)}) ${words(3)}.`,
    ])();
  const paragraph = () => Array.from({ length: 2 + Math.floor(random() * 3) }, marked).join(' ');
  const items = (marker: (index: number) => string, count: number) =>
    Array.from({ length: count }, (_, index) => `${marker(index)} ${marked()}\n`).join('');
  const row = () => `| ${words(2)} | \`${words(1)}\` | ${words(3)} |\n`;
  const fence = (lines: number) =>
    `\`\`\`ts\n${Array.from({ length: lines }, () => `  const ${pick(WORDS)} = await ${pick(WORDS)}({ ${pick(WORDS)}: 1 });\n`).join('')}\`\`\`\n\n`;
  const mixed = () =>
    pick([
      () => `## ${words(4)}\n\n`,
      () => `${paragraph()}\n\n`,
      () => `${paragraph()}\n\n`,
      () => `${sentence()}\n\n${items(() => '-', 5)}\n`,
      () => `${items((index) => `${index + 1}.`, 4)}\n`,
      () => fence(6),
      () => `| ${words(1)} | ${words(1)} | ${words(1)} |\n|---|:-:|--:|\n${row()}${row()}${row()}\n`,
      () => `> ${sentence()}\n> ${marked()}\n\n`,
    ])();
  let count = 0;
  const next: Record<Shape, () => string> = {
    mixed,
    paragraph: () => `${sentence()} `,
    'marked-paragraph': () => `${marked()} `,
    lines: () => `${words(2)}\n`,
    'marked-lines': () => `${marked()}\n`,
    fence: () => `const ${pick(WORDS)} = ${words(2)};\n`,
    list: () => `- ${marked()}\n`,
    'ordered-list': () => `${++count}. ${marked()}\n`,
    'loose-list': () => `- ${marked()}\n\n`,
    'nested-list': () => `- ${words(3)}\n  - ${marked()}\n  - ${words(2)}\n`,
    table: row,
    quote: () => `> ${marked()}\n`,
    'quoted-list': () => `> - ${marked()}\n`,
    headings: () => `### ${words(3)}\n`,
  };
  let text = shape === 'fence' ? '```ts\n' : shape === 'table' ? '| a | b | c |\n|---|---|---|\n' : '';
  while (text.length < length) text += next[shape]();
  return text.slice(0, length);
}
