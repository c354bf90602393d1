import { SHAPES } from '../texts.ts';
import type { Cpu, History } from './measure.ts';
import type { Row } from './run.ts';

type Cell = string;
interface Column {
  readonly title: string;
  readonly value: (row: Row) => number | null | undefined;
  readonly show: (value: number, row: Row) => Cell;
}

const kb = (bytes: number) => (bytes / 1000).toFixed(1);
const ms = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));
const whole = (value: number) => Math.round(value).toLocaleString('en');

const cpuOf = (cpu: Cpu | null | undefined) => cpu?.cpuMs;
const cpuColumn = (title: string, cpu: (row: Row) => Cpu | null | undefined): Column => ({
  title,
  value: (row) => cpuOf(cpu(row)),
  show: (value, row) => (cpu(row)?.timedOut ? `> ${ms(value)} (gave up)` : ms(value)),
});

const TABLES: readonly { readonly title: string; readonly columns: readonly Column[]; readonly ratios: boolean }[] = [
  {
    title: 'Weight: kB (1000 bytes) of files, brotli 11, without the page itself',
    ratios: true,
    columns: [
      { title: 'before the launcher', value: (row) => row.boot?.launcherBytes, show: kb },
      { title: 'files', value: (row) => row.boot?.launcherFiles, show: whole },
      { title: 'before a message', value: (row) => row.bytes?.messageBytes, show: kb },
      { title: 'files', value: (row) => row.bytes?.messageFiles, show: whole },
      { title: 'other hosts asked unasked', value: (row) => row.boot?.otherHosts.length, show: whole },
    ],
  },
  {
    title: 'Boot: main-thread CPU, ms (in brackets: over the blank page)',
    ratios: true,
    columns: [
      cpuColumn('1x', (row) => row.boot),
      cpuColumn('CPU 4x slower', (row) => row.bootSlow),
      {
        title: 'runs with a long task at 4x',
        value: (row) => row.bootSlow?.runsWithLongTask,
        show: (value, row) => `${value} of ${row.bootSlow?.runs}`,
      },
      { title: 'longest, ms', value: (row) => row.bootSlow?.longestTaskMs, show: whole },
      { title: 'CLS', value: (row) => row.boot?.cls, show: (value) => value.toFixed(3) },
    ],
  },
  {
    title: 'Streaming an answer in 12-character deltas: main-thread CPU, ms',
    ratios: true,
    columns: [
      cpuColumn('2 KiB fast', (row) => row.stream['2']),
      cpuColumn('20 KiB fast', (row) => row.stream['20']),
      cpuColumn('100 KiB fast', (row) => row.stream['100']),
      cpuColumn('20 KiB at 100 deltas/s', (row) => row.stream.paced),
      { title: 'CLS, 20 KiB paced', value: (row) => row.stream.paced?.cls, show: (value) => value.toFixed(3) },
      { title: 'layouts, 20 KiB paced', value: (row) => row.stream.paced?.layouts, show: whole },
    ],
  },
  ...(['1000', '10000'] as const).map((count) => ({
    title: `A history of ${Number(count).toLocaleString('en')} messages, from the address to the open chat`,
    ratios: true,
    columns: [
      cpuColumn('CPU, ms', (row) => row.history[count]),
      historyColumn(
        'V8 heap, MB',
        count,
        ({ heapBytes }) => heapBytes / 1e6,
        (value) => value.toFixed(1),
      ),
      historyColumn('elements', count, ({ elements }) => elements, whole),
    ],
  })),
  {
    title: 'Answers of one kind, {shapeKib} KiB fast: main-thread CPU, ms',
    ratios: false,
    columns: SHAPES.map((shape) => cpuColumn(shape, (row) => row.shapes[shape])),
  },
];

function historyColumn(
  title: string,
  count: string,
  of: (history: History) => number,
  show: (value: number) => Cell,
): Column {
  return { title, show, value: (row) => (row.history[count] ? of(row.history[count]) : undefined) };
}

/** The table as Markdown: one row per contestant, and below each of ours its ratio to the best peer and to the floor. */
function tableText({ title, columns, ratios }: (typeof TABLES)[number], rows: readonly Row[]): string | null {
  const measured = rows.filter((row) => columns.some(({ value }) => value(row) != null));
  if (measured.length === 0) return null;
  const blank = rows.find(({ name }) => name === 'blank page');
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const best = (kind: Row['kind'], column: Column) => {
    const values = measured
      .filter((row) => row.kind === kind && row.name !== 'blank page')
      // What was given up has no figure, only a bound.
      .filter((row) => !column.show(column.value(row) ?? 0, row).startsWith('>'))
      .map((row) => column.value(row))
      .filter((value): value is number => value != null && value > 0);
    return values.length > 0 ? Math.min(...values) : null;
  };
  const bodyRows = measured.map((row) =>
    line([
      row.kind === 'ours' ? `**${row.name}**` : `${row.name} ${row.version}`.trim(),
      ...columns.map((column) => {
        const value = column.value(row);
        if (value == null) return '–';
        const over = title.startsWith('Boot') && column.title.match(/^1x|^CPU/) && blank ? column.value(blank) : null;
        return column.show(value, row) + (over != null && row !== blank ? ` (+${ms(value - over)})` : '');
      }),
    ]),
  );
  const ourRow = measured.find(({ kind }) => kind === 'ours');
  const ratio = (label: string, kind: Row['kind']) =>
    line([
      label,
      ...columns.map((column) => {
        if (/CLS|files|hosts|longest|long task/.test(column.title)) return '';
        const other = best(kind, column);
        const value = ourRow && column.value(ourRow);
        return other === null || value == null ? '' : `${(value / other).toFixed(2)}x`;
      }),
    ]);
  return [
    `### ${title}`,
    '',
    line(['', ...columns.map((column) => column.title)]),
    line(['---', ...columns.map(() => '---:')]),
    ...bodyRows,
    ...(ourRow && ratios ? [ratio('ours / best peer', 'peer'), ratio('ours / best floor', 'floor')] : []),
    '',
  ].join('\n');
}

/** What the figures were taken with. */
export interface About {
  readonly browser: string;
  readonly node: string;
  readonly runs: number;
  /** Boots of ours and of the blank page. */
  readonly boots: number;
  readonly machine: string;
  /** How long it took. */
  readonly minutes: number;
  readonly command: string;
  readonly date: string;
  readonly shapeKib: number;
}

/** All tables as Markdown, then how each contestant was driven and what could not be measured. */
export function reportText(about: About, rows: readonly Row[]): string {
  const driven = rows.flatMap((row) => [
    `- ${`${row.name} ${row.version}`.trim()}: ${row.note}.`,
    ...row.problems.map((problem) => `  - not measured: ${problem}`),
    ...(row.boot && row.boot.otherHosts.length > 0 ? [`  - asks unasked: ${row.boot.otherHosts.join(', ')}`] : []),
  ]);
  return [
    `\`${about.command}\`: ${about.date}, ${about.browser} (headless), Node ${about.node}, ${about.machine}, ` +
      `${about.minutes} min. Medians of ${about.runs} runs (boots of ours and of the blank page: ${about.boots}; ` +
      'a run of over 10 s and a paced stream: one).\n',
    ...TABLES.map((table) =>
      tableText({ ...table, title: table.title.replace('{shapeKib}', `${about.shapeKib}`) }, rows),
    ),
    '### How each was driven\n',
    ...driven,
  ]
    .filter((part) => part !== null)
    .join('\n');
}
